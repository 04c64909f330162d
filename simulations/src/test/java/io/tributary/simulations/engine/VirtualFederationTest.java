package io.tributary.simulations.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationName;
import io.tributary.federation.NodeName;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twenty virtual nodes on the real coordinator, in one process. */
class VirtualFederationTest {
  private static final int NODES = 20;
  private static final Duration LONGEST = Duration.ofMinutes(3);

  @TempDir Path folder;

  @Test
  void run_twentyNodes_repeatsWhateverTheOrderAndTheWorkers() throws IOException {
    Path base = TinyModel.write(folder.resolve("model"), SignRows.FEATURES);
    RunResult once = run("once", base, nodes(), 1);
    List<NodeName> reversed = new ArrayList<>(nodes());
    Collections.reverse(reversed);
    RunResult again = run("again", base, reversed, 2);
    assertEquals("completed", once.state(), once.reason());
    assertEquals(List.of(0, 1, 2, 3), once.rounds().stream().map(RunResult.Round::round).toList());
    once.rounds().stream().skip(1).forEach(round -> assertEquals(NODES, round.updates()));
    assertTrue(
        once.rounds().get(3).loss() < once.rounds().get(0).loss(),
        "training helps: " + once.rounds());
    assertEquals(once.finalDigest(), again.finalDigest());
  }

  private RunResult run(String name, Path base, List<NodeName> nodes, int workers)
      throws IOException {
    Path here = Files.createDirectory(folder.resolve(name));
    var setting =
        new VirtualFederation.Setting(
            new FederationName("virtual"),
            here,
            SignRows.source("selection", SignRows.write(here, "held-out", 0, 60, 0)),
            workers);
    try (var federation = VirtualFederation.start(setting)) {
      for (NodeName node : nodes) {
        int number = Integer.parseInt(node.value().substring("site-".length()));
        Path file = SignRows.write(here, node.value(), number + 1, 20 + number, 0);
        federation.join(
            node, JsonValue.object().put("train", SignRows.source("path", file)).build());
      }
      return federation.run(plan(), base, LONGEST);
    }
  }

  private static List<NodeName> nodes() {
    List<NodeName> names = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      names.add(new NodeName(String.format(Locale.ROOT, "site-%02d", i)));
    }
    return names;
  }

  private static Plan plan() {
    String json =
        """
        {"name":"virtual","seed":3,
         "model":{"base":"model","task":"tabular-classification","labels":["low","high"]},
         "train":{"epochs":2,"batch-size":8,"optimizer":{"learning-rate":0.01}},
         "federation":{"rounds":3,"cohort":{"quorum":20}}}
        """;
    return Plan.read(Settings.of("plan", JsonReader.read(json)));
  }
}
