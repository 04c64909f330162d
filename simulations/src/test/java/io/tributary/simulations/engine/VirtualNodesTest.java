package io.tributary.simulations.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.Digest;
import io.tributary.federation.FederationName;
import io.tributary.federation.NodeName;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import io.tributary.simulations.partition.Partition;
import io.tributary.simulations.partition.Partitioner;
import io.tributary.simulations.partition.Scheme;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.FileSplit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Light nodes against the client's real ones, which read files of their own. */
final class VirtualNodesTest {
  private static final int NODES = 12;
  private static final List<String> LABELS = List.of("low", "high");
  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final Scheme SCHEME = new Scheme.Dirichlet(0.8);
  private static final long SEED = 5;

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
  void run_lightNodes_giveWhatRealNodesWithFilesOfTheirRowsGive() throws IOException {
    RunResult real = real("none");
    assertEquals("completed", real.state(), real.reason());
    assertTrue(real.rounds().get(3).loss() < real.rounds().get(0).loss(), "training helps");
    assertEquals(real.finalDigest(), light("one", 1, "none").finalDigest());
    assertEquals(real.finalDigest(), light("two", 2, "none").finalDigest());
    assertEquals(real.finalDigest(), light("three", 3, "none").finalDigest());
  }

  @Test
  void run_validationAndKeptOptimizers_areThoseOfRealNodes() throws IOException {
    RunResult real = real("20%");
    assertEquals("completed", real.state(), real.reason());
    assertEquals(real.finalDigest(), light("two", 2, "20%").finalDigest());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"int8\"", "{\"name\":\"top-k\",\"fraction\":0.2}"})
  void run_compressed_isWhatRealNodesGive(String compression) throws IOException {
    Plan plan = plan(1, NODES, compression);
    RunResult real = real("none", plan);
    assertEquals("completed", real.state(), real.reason());
    assertEquals(real.finalDigest(), light("two", 2, "none", plan).finalDigest());
  }

  @Test
  void run_manyMoreNodesThanAreDrawn_drawsSomeOfThem() {
    RunResult result = light("many", 2, "none", plan(0.25, 3));
    assertEquals("completed", result.state(), result.reason());
    result.rounds().stream().skip(1).forEach(round -> assertEquals(3, round.updates()));
  }

  @Test
  void run_updateOfAnotherLayout_isRefusedAndTheOthersCount() {
    SharedData data = SharedData.load(spec("none"), LABELS, SCHEME);
    Partition partition =
        Partitioner.divide(data.subjects(), SCHEME, 3, Partitioner.USUAL_LEAST, SEED);
    List<NodeName> names = NodeNames.of(3);
    List<VirtualSite> sites = new ArrayList<>();
    for (int node = 0; node < 3; node++) {
      sites.add(new VirtualSite(names.get(node), data.site(partition, node)));
    }
    try (var federation = VirtualFederation.start(setting("other-layout", 1))) {
      LocalWork honest = federation.torchWork(data.spec());
      federation.join(
          sites,
          LABELS,
          task ->
              task.site().name().equals(names.get(1))
                  ? honest.train(task).thenApply(VirtualNodesTest::otherLayout)
                  : honest.train(task));
      RunResult result = federation.run(plan(1, 2), base, LONGEST);
      assertEquals("completed", result.state(), result.reason());
      result.rounds().stream().skip(1).forEach(round -> assertEquals(2, round.updates()));
    }
  }

  private static MadeUpdate otherLayout(MadeUpdate made) {
    MadeUpdate.Group group = made.delta();
    return new MadeUpdate(
        List.of(
            MadeUpdate.Group.of(
                group.name(), Digest.ofUtf8("another"), group.codec(), group.bytes())),
        made.examples(),
        made.steps(),
        made.stepsPerRound(),
        made.metrics());
  }

  private RunResult real(String validation) throws IOException {
    return real(validation, plan(1, NODES));
  }

  private RunResult real(String validation, Plan plan) throws IOException {
    DatasetSpec spec = spec(validation);
    Partition partition = partition(spec);
    Path parts = folder.resolve("parts-" + validation.replace("%", ""));
    List<NodeName> names = new ArrayList<>(NodeNames.of(NODES));
    FileSplit.write(
        spec.train(), names.stream().map(NodeName::value).toList(), partition::owner, parts);
    try (var federation = VirtualFederation.start(setting("real-" + parts.getFileName(), 1))) {
      Collections.reverse(names);
      for (NodeName name : names) {
        JsonObject train = SignRows.source("path", parts.resolve(name + ".csv"));
        federation.join(
            name,
            JsonValue.object()
                .put("train", train)
                .put("validation", validation)
                .put("allow-one-class", true)
                .build());
      }
      return federation.run(plan, base, LONGEST);
    }
  }

  private RunResult light(String name, int workers, String validation) {
    return light(name, workers, validation, plan(1, NODES));
  }

  private RunResult light(String name, int workers, String validation, Plan plan) {
    SharedData data = SharedData.load(spec(validation), LABELS, SCHEME);
    Partition partition =
        Partitioner.divide(data.subjects(), SCHEME, NODES, Partitioner.USUAL_LEAST, SEED);
    List<VirtualSite> sites = new ArrayList<>();
    List<NodeName> names = NodeNames.of(NODES);
    for (int node = 0; node < NODES; node++) {
      sites.add(new VirtualSite(names.get(node), data.site(partition, node)));
    }
    try (var federation =
        VirtualFederation.start(setting(name + "-" + validation.replace("%", ""), workers))) {
      federation.join(sites, LABELS, federation.torchWork(data.spec()));
      return federation.run(plan, base, LONGEST);
    }
  }

  private Partition partition(DatasetSpec spec) {
    SharedData data = SharedData.load(spec, LABELS, SCHEME);
    return Partitioner.divide(data.subjects(), SCHEME, NODES, Partitioner.USUAL_LEAST, SEED);
  }

  private VirtualFederation.Setting setting(String name, int workers) {
    return new VirtualFederation.Setting(
        new FederationName("virtual"),
        folder.resolve(name),
        SignRows.source("selection", heldOut),
        workers);
  }

  private DatasetSpec spec(String validation) {
    JsonObject tree =
        JsonValue.object()
            .put("train", SignRows.source("path", rows))
            .put("validation", validation)
            .build();
    return DatasetSpec.parse(tree);
  }

  private static Plan plan(double fraction, int quorum) {
    return plan(fraction, quorum, "\"none\"");
  }

  private static Plan plan(double fraction, int quorum, String compression) {
    String json =
        """
        {"name":"virtual","seed":3,
         "model":{"base":"model","task":"tabular-classification","labels":["low","high"]},
         "train":{"epochs":2,"batch-size":8,"optimizer":{"learning-rate":0.01},"optimizer-state":"keep"},
         "federation":{"rounds":3,"compression":%s,"cohort":{"fraction":%s,"quorum":%d}}}
        """
            .formatted(compression, fraction, quorum);
    return Plan.read(Settings.of("plan", JsonReader.read(json)));
  }
}
