package io.tributary.simulations.engine;

import static io.tributary.simulations.engine.DividedRows.LABELS;
import static io.tributary.simulations.engine.DividedRows.LONGEST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.federation.Digest;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import io.tributary.simulations.partition.Partition;
import io.tributary.simulations.partition.Scheme;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * FedSGD is FedAvg with one epoch and one batch of all examples (McMahan et al., AISTATS 2017,
 * section 2): a round moves the model by the gradient over all nodes' examples, whoever holds
 * which.
 */
final class FedSgdTest {
  /** Rounding of float32 deltas near 1, twelve nodes, five rounds: measured 1.2e-7. */
  private static final double ROUNDING = 1e-6;

  private final DividedRows rows;

  FedSgdTest(@TempDir Path folder) throws IOException {
    rows = DividedRows.write(folder, 400, 60);
  }

  @Test
  void oneEpochOfOneBatch_anyDivision_isTheStepOfAllExamples() throws IOException {
    float[] central = trained(1, new Scheme.Even(), 100_000);
    float[] divided = trained(12, DividedRows.UNEVEN, 100_000);
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
    SharedData data = SharedData.load(rows.spec("none"), LABELS, scheme);
    Partition partition = DividedRows.partition(data, scheme, nodes, 10);
    try (var federation = VirtualFederation.start(rows.setting(nodes + "-" + batch, 2))) {
      federation.join(
          DividedRows.sites(data, partition, nodes), LABELS, federation.torchWork(data.spec()));
      RunResult result = federation.run(plan(nodes, batch), rows.base(), LONGEST);
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
