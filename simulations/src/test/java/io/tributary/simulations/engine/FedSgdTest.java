package io.tributary.simulations.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.federation.Digest;
import io.tributary.federation.FederationName;
import io.tributary.federation.NodeName;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import io.tributary.simulations.partition.Partition;
import io.tributary.simulations.partition.Partitioner;
import io.tributary.simulations.partition.Scheme;
import io.tributary.training.data.DatasetSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * FedSGD is FedAvg with one epoch and one batch of all examples (McMahan et al., AISTATS 2017,
 * section 2): a round moves the model by the gradient over all nodes' examples, whoever holds
 * which.
 */
final class FedSgdTest {
  private static final List<String> LABELS = List.of("low", "high");
  private static final Scheme UNEVEN = new Scheme.Dirichlet(0.8);

  /** Rounding of float32 deltas near 1, twelve nodes, five rounds: measured 1.2e-7. */
  private static final double ROUNDING = 1e-6;

  @TempDir Path folder;
  private Path base = Path.of("");
  private Path rows = Path.of("");
  private Path heldOut = Path.of("");

  @BeforeEach
  void files() throws IOException {
    base = TinyModel.write(folder.resolve("model"), SignRows.FEATURES);
    rows = SignRows.write(folder, "all", 0, 400, 0);
    heldOut = SignRows.write(folder, "held-out", 0, 60, 0);
  }

  @Test
  void oneEpochOfOneBatch_anyDivision_isTheStepOfAllExamples() throws IOException {
    float[] central = trained(1, new Scheme.Even(), 100_000);
    float[] divided = trained(12, UNEVEN, 100_000);
    assertTrue(distance(central, trained(1, new Scheme.Even(), 20)) > 0.1, "batches matter");
    assertTrue(distance(central, new float[central.length]) > 0.3, "there is a model");
    assertEquals(0, distance(central, divided), ROUNDING);
  }

  private static double distance(float[] one, float[] other) {
    double most = 0;
    for (int i = 0; i < one.length; i++) {
      most = Math.max(most, Math.abs((double) one[i] - other[i]));
    }
    return most;
  }

  /** The trained numbers after five rounds. */
  private float[] trained(int nodes, Scheme scheme, int batch) throws IOException {
    DatasetSpec spec =
        DatasetSpec.parse(JsonValue.object().put("train", SignRows.source("path", rows)).build());
    SharedData data = SharedData.load(spec, LABELS, scheme);
    Partition partition = Partitioner.divide(data.subjects(), scheme, nodes, 10, 5);
    List<NodeName> names = NodeNames.of(nodes);
    List<VirtualSite> sites = new ArrayList<>();
    for (int node = 0; node < nodes; node++) {
      sites.add(new VirtualSite(names.get(node), data.site(partition, node)));
    }
    var setting =
        new VirtualFederation.Setting(
            new FederationName("virtual"),
            folder.resolve(nodes + "-" + batch),
            SignRows.source("selection", heldOut),
            2);
    try (var federation = VirtualFederation.start(setting)) {
      federation.join(sites, LABELS, federation.torchWork(data.spec()));
      RunResult result = federation.run(plan(nodes, batch), base, Duration.ofMinutes(3));
      assertEquals("completed", result.state(), result.reason());
      return numbers(federation.direct().artifact(result.finalDigest()), result.finalDigest());
    }
  }

  private static float[] numbers(Path file, Digest digest) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    assertEquals(digest, Digest.of(bytes));
    Layout layout = Safetensors.read(ByteSource.of(bytes)).layout();
    int header = Safetensors.canonicalHeader(layout).length;
    FloatBuffer values =
        ByteBuffer.wrap(bytes, header, bytes.length - header)
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    float[] numbers = new float[values.remaining()];
    values.get(numbers);
    return numbers;
  }

  private static Plan plan(int nodes, int batch) {
    String json =
        """
        {"name":"virtual","seed":3,
         "model":{"base":"model","task":"tabular-classification","labels":["low","high"]},
         "train":{"epochs":1,"batch-size":%d,"clip-norm":0,"dropout":0,
           "optimizer":{"name":"sgd","learning-rate":0.5},"schedule":{"name":"constant","warm-up":0}},
         "federation":{"rounds":5,"cohort":{"fraction":1,"quorum":%d}}}
        """
            .formatted(batch, nodes);
    return Plan.read(Settings.of("plan", JsonReader.read(json)));
  }
}
