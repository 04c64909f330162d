package io.tributary.simulations.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationName;
import io.tributary.federation.NodeName;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.federation.settings.Settings;
import io.tributary.training.model.RandomBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Language models fine-tuned by two virtual nodes on the real coordinator. */
class LanguageFederationTest {
  private static final Path TOKENIZER = Path.of("../training/src/test/resources/language");
  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final List<String> THINGS =
      List.of("river", "boat", "harbour", "captain", "storm", "lamp", "garden", "letter");

  @TempDir Path folder;
  private Path base;

  @BeforeEach
  void writeBase() throws IOException {
    base = folder.resolve("model");
    String config =
        "{\"model_type\":\"llama\",\"architectures\":[\"LlamaForCausalLM\"],\"vocab_size\":400,"
            + "\"hidden_size\":32,\"num_hidden_layers\":2,\"num_attention_heads\":4,"
            + "\"num_key_value_heads\":2,\"intermediate_size\":48,"
            + "\"max_position_embeddings\":128}";
    RandomBase.write(
        base, (JsonObject) JsonReader.read(config), new RandomStreams(8).stream(0, "", "test"));
    for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(TOKENIZER.resolve(name), base.resolve(name));
    }
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
            source(columns, "selection", lines(here, "held-out", 1)),
            1);
    try (var federation = VirtualFederation.start(setting)) {
      for (String site : List.of("site-a", "site-b")) {
        JsonObject train = source(columns, "path", lines(here, site, site.length() % 2));
        federation.join(new NodeName(site), JsonValue.object().put("train", train).build());
      }
      return federation.run(plan(model), base, LONGEST);
    }
  }

  private static JsonObject source(String columns, String key, Path file) {
    return (JsonObject)
        JsonReader.read("{\"source\":\"jsonl\"," + columns + ",\"" + key + "\":\"" + file + "\"}");
  }

  private static Path lines(Path folder, String name, int shift) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      String thing = THINGS.get((i + shift) % THINGS.size());
      lines.add(
          "{\"ask\":\"Where is the "
              + thing
              + "?\",\"say\":\"The "
              + thing
              + " is near the "
              + THINGS.get((i + shift + 3) % THINGS.size())
              + ".\"}");
    }
    return Files.write(folder.resolve(name + ".jsonl"), lines);
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
