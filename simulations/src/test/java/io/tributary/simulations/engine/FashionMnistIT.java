package io.tributary.simulations.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tributary.federation.FederationName;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.federation.settings.Settings;
import io.tributary.simulations.partition.Partition;
import io.tributary.simulations.partition.Partitioner;
import io.tributary.simulations.partition.Scheme;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.model.RandomBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * LeNet on Fashion-MNIST, where Debian's package dataset-fashion-mnist is installed, or the
 * environment variable FASHION_MNIST names a folder of its four files; left out elsewhere.
 */
final class FashionMnistIT {
  private static final Path FILES =
      Path.of(
          Optional.ofNullable(System.getenv("FASHION_MNIST"))
              .orElse("/usr/share/datasets/fashion-mnist"));
  private static final int NODES = 50;
  private static final int COHORT = 5;
  private static final int ROUNDS = 3;
  private static final List<String> LABELS =
      IntStream.range(0, 10).mapToObj(Integer::toString).toList();

  @TempDir Path folder;

  @Test
  void run_skewedLabels_learnsAndRepeatsWithOtherWorkers() throws IOException {
    assumeTrue(
        Files.exists(FILES.resolve("train-images-idx3-ubyte.gz")),
        "left out: no Fashion-MNIST in " + FILES + " (apt-get install dataset-fashion-mnist)");
    RunResult one = run("one", 1);
    assertEquals("completed", one.state(), one.reason());
    double first = one.rounds().get(0).accuracy();
    double last = one.rounds().get(ROUNDS).accuracy();
    assertTrue(last > first + 0.15, first + " before, " + last + " after");
    assertEquals(one.finalDigest(), run("two", 2).finalDigest());
  }

  private RunResult run(String name, int workers) throws IOException {
    Path here = Files.createDirectory(folder.resolve(name));
    Path base = here.resolve("base");
    JsonObject config =
        (JsonObject)
            JsonReader.read("{\"model_type\":\"lenet\",\"num_channels\":1,\"image_size\":28}");
    RandomBase.write(base, config, new RandomStreams(1).stream(0, "", "base"));
    var scheme = new Scheme.Dirichlet(0.5);
    SharedData data = SharedData.load(spec(), LABELS, scheme);
    Partition partition = Partitioner.divide(data.subjects(), scheme, NODES, 10, 1);
    assertEquals(60_000, data.size());
    List<VirtualSite> sites = DividedRows.sites(data, partition, NODES);
    var setting =
        new VirtualFederation.Setting(
            new FederationName("virtual"),
            here.resolve("state"),
            JsonValue.object()
                .put("source", "idx")
                .put("selection", FILES.resolve("t10k-images-idx3-ubyte.gz").toString())
                .build(),
            workers);
    try (var federation = VirtualFederation.start(setting)) {
      federation.join(sites, LABELS, federation.torchWork(data.spec()));
      return federation.run(plan(), base, Duration.ofMinutes(5));
    }
  }

  private static DatasetSpec spec() {
    JsonObject train =
        JsonValue.object()
            .put("source", "idx")
            .put("path", FILES.resolve("train-images-idx3-ubyte.gz").toString())
            .build();
    return DatasetSpec.parse(JsonValue.object().put("train", train).build());
  }

  private static Plan plan() {
    String json =
        """
        {"name":"fashion","seed":1,
         "model":{"base":"base","task":"image-classification","labels":[%s]},
         "train":{"epochs":1,"batch-size":16,"optimizer":{"name":"adamw","learning-rate":0.002}},
         "federation":{"rounds":%d,"cohort":{"fraction":0,"quorum":%d}}}
        """
            .formatted(
                LABELS.stream().map(label -> '"' + label + '"').collect(Collectors.joining(",")),
                ROUNDS,
                COHORT);
    return Plan.read(Settings.of("plan", JsonReader.read(json)));
  }
}
