package io.tributary.simulations.engine;

import static io.tributary.simulations.engine.DividedRows.LABELS;
import static io.tributary.simulations.engine.DividedRows.LONGEST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.Digest;
import io.tributary.federation.NodeName;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Light nodes against the client's real ones, which read files of their own. */
final class VirtualNodesTest {
  private static final int NODES = 12;

  private final DividedRows rows;

  VirtualNodesTest(@TempDir Path folder) throws IOException {
    rows = DividedRows.write(folder, 400, 60);
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
    SharedData data = data("none");
    NodeName other = NodeNames.of(3).get(1);
    try (var federation = VirtualFederation.start(rows.setting("other-layout", 1))) {
      LocalWork honest = federation.torchWork(data.spec());
      federation.join(
          DividedRows.sites(data, 3),
          LABELS,
          task ->
              task.site().name().equals(other)
                  ? honest.train(task).thenApply(VirtualNodesTest::otherLayout)
                  : honest.train(task));
      RunResult result = federation.run(plan(1, 2), rows.base(), LONGEST);
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
    List<NodeName> names = new ArrayList<>(NodeNames.of(NODES));
    Collections.reverse(names);
    String name = "real-" + validation.replace("%", "");
    try (var federation = VirtualFederation.start(rows.setting(name, 1))) {
      rows.joinWhole(federation, validation, names);
      return federation.run(plan, rows.base(), LONGEST);
    }
  }

  private RunResult light(String name, int workers, String validation) {
    return light(name, workers, validation, plan(1, NODES));
  }

  private RunResult light(String name, int workers, String validation, Plan plan) {
    SharedData data = data(validation);
    String own = name + "-" + validation.replace("%", "");
    try (var federation = VirtualFederation.start(rows.setting(own, workers))) {
      federation.join(DividedRows.sites(data, NODES), LABELS, federation.torchWork(data.spec()));
      return federation.run(plan, rows.base(), LONGEST);
    }
  }

  private SharedData data(String validation) {
    return SharedData.load(rows.spec(validation), LABELS, DividedRows.UNEVEN);
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
