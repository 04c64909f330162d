package io.tributary.simulations.engine;

import static io.tributary.simulations.engine.DividedRows.LABELS;
import static io.tributary.simulations.engine.DividedRows.LONGEST;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.round.RoundRecord;
import io.tributary.coordinator.round.RunState;
import io.tributary.coordinator.round.SiteFigures;
import io.tributary.coordinator.round.SitesRecord;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.Metric;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose sites evaluate: whole nodes over their channels, and light ones beside them. */
final class SitesFederationTest {
  private static final int NODES = 4;
  private static final String VALIDATION = "25%";

  private final DividedRows rows;

  SitesFederationTest(@TempDir Path folder) throws IOException {
    rows = DividedRows.write(folder, 200, 60);
  }

  @Test
  void sitesFigures_ofWholeNodesAndOfLightOnes_areTheSame() throws IOException {
    RunState whole = whole("both", "central");
    RunState light = light("both", "central", 2);
    assertEquals(whole.finalDigest(), light.finalDigest());
    assertEquals(4, whole.rounds().size());
    for (int round = 0; round < 4; round++) {
      RoundRecord one = whole.rounds().get(round);
      assertEquals(one.sites(), light.rounds().get(round).sites());
      SitesRecord sites = one.sites().orElseThrow();
      assertEquals(NODES, sites.reported());
      assertEquals(
          sites.sites().stream().mapToLong(site -> site.examples()).sum(),
          sites.together().orElseThrow().examples());
      double worst = figure(sites.worst(Metric.MACRO_F1).orElseThrow());
      sites.sites().forEach(site -> assertTrue(figure(site) >= worst));
      assertEquals(60, one.figures().examples());
    }
    double first = loss(whole, 0);
    assertTrue(loss(whole, 3) < first, "training helps at the sites");
    assertEquals(
        "stands for the cohorts that were drawn; cohort.nodes in the plan fixes them",
        whole.determinism());
  }

  @Test
  void onlySites_chooseAndStop() {
    RunState light = light("sites", "sites", 1);
    RoundRecord last = light.rounds().get(3);
    assertEquals(last.sites().orElseThrow().together().orElseThrow(), last.figures());
    assertEquals(light.test(), Optional.empty());
    double best =
        light.rounds().stream()
            .mapToDouble(r -> r.sites().orElseThrow().together().orElseThrow().macroF1())
            .max()
            .orElseThrow();
    assertEquals(best, light.best().orElseThrow().figure());
  }

  private static double figure(SiteFigures site) {
    return requireNonNull(site.figures().get("macro-f1"));
  }

  private static double loss(RunState run, int round) {
    return run.rounds().get(round).sites().orElseThrow().together().orElseThrow().loss();
  }

  private RunState whole(String where, String by) throws IOException {
    try (var federation = VirtualFederation.start(rows.setting("whole", 1))) {
      rows.joinWhole(federation, VALIDATION, NodeNames.of(NODES));
      return run(federation, where, by);
    }
  }

  private RunState light(String where, String by, int workers) {
    SharedData data = SharedData.load(rows.spec(VALIDATION), LABELS, DividedRows.UNEVEN);
    try (var federation = VirtualFederation.start(rows.setting("light-" + where, workers))) {
      federation.join(DividedRows.sites(data, NODES), LABELS, federation.torchWork(data.spec()));
      return run(federation, where, by);
    }
  }

  private RunState run(VirtualFederation federation, String where, String by) {
    RunResult result = federation.run(plan(where, by), rows.base(), LONGEST);
    assertEquals("completed", result.state(), result.reason());
    return federation.direct().run(result.run()).orElseThrow();
  }

  private static Plan plan(String where, String by) {
    String json =
        """
        {"name":"virtual","seed":3,
         "model":{"base":"model","task":"tabular-classification","labels":["low","high"]},
         "train":{"epochs":2,"batch-size":8,"optimizer":{"learning-rate":0.01}},
         "federation":{"rounds":3,"cohort":{"quorum":4}},
         "evaluation":{"where":"%s","sites":{"quorum":4},"choose":{"by":"%s"}}}
        """
            .formatted(where, by);
    return Plan.read(Settings.of("plan", JsonReader.read(json)));
  }
}
