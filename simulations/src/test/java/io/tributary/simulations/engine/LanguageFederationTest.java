package io.tributary.simulations.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationName;
import io.tributary.federation.NodeName;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Language models fine-tuned by two virtual nodes on the real coordinator. */
class LanguageFederationTest {
  private static final Duration LONGEST = Duration.ofMinutes(3);
  @TempDir Path folder;
  private Path base;

  @BeforeEach
  void writeBase() throws IOException {
    base = folder.resolve("model");
    new TinyLanguage().writeBase(base);
  }

  @Test
  void run_promptsAndAnswers_answersAreLearnedAndTheRunRepeats() throws IOException {
    String columns = "\"prompt\":\"ask\",\"answer\":\"say\"";
    RunResult once = run("once", columns, "");
    assertLearned(once);
    assertEquals(once.finalDigest(), run("again", columns, "").finalDigest());
  }

  @Test
  void run_textsInBlocks_learned() throws IOException {
    assertLearned(run("blocks", "\"text\":\"say\",\"target\":\"none\"", ",\"packing\":\"blocks\""));
  }

  private static void assertLearned(RunResult result) {
    assertEquals("completed", result.state(), result.reason());
    List<RunResult.Round> rounds = result.rounds();
    rounds.stream().skip(1).forEach(round -> assertEquals(2, round.updates()));
    RunResult.Round first = rounds.get(0);
    RunResult.Round last = rounds.get(rounds.size() - 1);
    assertEquals(Math.log(400), first.loss(), 0.1, "an untrained model knows nothing");
    assertTrue(last.loss() < 0.6 * first.loss(), rounds.toString());
    assertTrue(last.accuracy() > first.accuracy() + 0.2, rounds.toString());
  }

  private RunResult run(String name, String columns, String model) throws IOException {
    Path here = Files.createDirectory(folder.resolve(name));
    var setting =
        new VirtualFederation.Setting(
            new FederationName("virtual"),
            here,
            TinyLanguage.source(columns, "selection", TinyLanguage.lines(here, "held-out", 1)),
            1);
    try (var federation = VirtualFederation.start(setting)) {
      for (String site : List.of("site-a", "site-b")) {
        JsonObject train =
            TinyLanguage.source(columns, "path", TinyLanguage.lines(here, site, site.length() % 2));
        federation.join(new NodeName(site), JsonValue.object().put("train", train).build());
      }
      return federation.run(plan(model), base, LONGEST);
    }
  }

  private static Plan plan(String model) {
    String json =
        """
        {"name":"language","seed":3,
         "model":{"base":"model","task":"causal-language-modelling","max-tokens":64%s},
         "train":{"epochs":4,"batch-size":4,"optimizer":{"learning-rate":0.01}},
         "federation":{"rounds":3,"cohort":{"quorum":2}},
         "evaluation":{"choose":{"metric":"loss","direction":"minimize"}}}
        """
            .formatted(model);
    return Plan.read(Settings.of("plan", JsonReader.read(json)));
  }
}
