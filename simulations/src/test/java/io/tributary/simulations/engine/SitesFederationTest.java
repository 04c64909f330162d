package io.tributary.simulations.engine;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.round.RoundRecord;
import io.tributary.coordinator.round.RunState;
import io.tributary.coordinator.round.SiteFigures;
import io.tributary.coordinator.round.SitesRecord;
import io.tributary.federation.FederationName;
import io.tributary.federation.NodeName;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Metric;
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
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose sites evaluate: whole nodes over their channels, and light ones beside them. */
final class SitesFederationTest {
  private static final int NODES = 4;
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
    rows = SignRows.write(folder, "all", 0, 200, 0);
    heldOut = SignRows.write(folder, "held-out", 0, 60, 0);
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
    DatasetSpec spec = spec();
    Partition partition = partition(spec);
    Path parts = folder.resolve("parts");
    List<NodeName> names = NodeNames.of(NODES);
    FileSplit.write(
        spec.train(), names.stream().map(NodeName::value).toList(), partition::owner, parts);
    try (var federation = VirtualFederation.start(setting("whole", 1))) {
      for (NodeName name : names) {
        JsonObject train = SignRows.source("path", parts.resolve(name + ".csv"));
        federation.join(
            name,
            JsonValue.object()
                .put("train", train)
                .put("validation", "25%")
                .put("allow-one-class", true)
                .build());
      }
      return run(federation, where, by);
    }
  }

  private RunState light(String where, String by, int workers) {
    SharedData data = SharedData.load(spec(), LABELS, SCHEME);
    Partition partition =
        Partitioner.divide(data.subjects(), SCHEME, NODES, Partitioner.USUAL_LEAST, SEED);
    List<NodeName> names = NodeNames.of(NODES);
    List<VirtualSite> sites = new ArrayList<>();
    for (int node = 0; node < NODES; node++) {
      sites.add(new VirtualSite(names.get(node), data.site(partition, node)));
    }
    try (var federation = VirtualFederation.start(setting("light-" + where, workers))) {
      federation.join(sites, LABELS, federation.torchWork(data.spec()));
      return run(federation, where, by);
    }
  }

  private RunState run(VirtualFederation federation, String where, String by) {
    RunResult result = federation.run(plan(where, by), base, LONGEST);
    assertEquals("completed", result.state(), result.reason());
    return federation.direct().run(result.run()).orElseThrow();
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

  private DatasetSpec spec() {
    JsonObject tree =
        JsonValue.object()
            .put("train", SignRows.source("path", rows))
            .put("validation", "25%")
            .build();
    return DatasetSpec.parse(tree);
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
