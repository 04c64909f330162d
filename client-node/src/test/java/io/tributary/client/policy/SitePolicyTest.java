package io.tributary.client.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SitePolicyTest {
  private static final Digest BASE = Digest.ofUtf8("base");

  private static SitePolicy policy(String json) {
    return SitePolicy.read(Settings.of("node.yaml", JsonReader.read(json)));
  }

  private static Plan plan() {
    return Plan.read(
        Settings.of(
            "plan.yaml",
            JsonReader.read(
                """
                {"name": "p", "model": {"base": "b", "labels": ["a", "b"], "max-tokens": 32},
                 "train": {"epochs": 3, "what": "last-2"}, "federation": {"rounds": 5}}
                """)));
  }

  @Test
  void defaults_allowAnOrdinaryPlan() {
    assertEquals(Optional.empty(), SitePolicy.defaults().refusal(plan(), BASE));
    assertEquals(SitePolicy.defaults(), policy("{}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"tasks\": [\"tabular-classification\"]} | tasks",
        "{\"max-epochs\": 2} | max-epochs",
        "{\"max-rounds\": 4} | max-rounds",
        "{\"max-tokens\": 31} | max-tokens",
        "{\"what-may-travel\": \"head\"} | what-may-travel",
        "{\"what-may-travel\": \"last-1\"} | what-may-travel",
      })
  void planBeyondALimit_isRefusedWithItsKey(String json, String key) {
    String sentence = policy(json).refusal(plan(), BASE).orElseThrow();
    assertTrue(sentence.startsWith("site policy, " + key + ": "), sentence);
    assertTrue(sentence.contains("policy." + key), sentence);
  }

  /** What a node does for a model of its own counts as what it does for the shared one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"epochs\": 3, \"personal\": \"ditto\" | 6 epochs",
        "\"epochs\": 4, \"personal\": {\"name\": \"fine-tune\", \"epochs\": 2} | 6 epochs",
        "\"epochs\": 5, \"personal\": \"fedrep\" | 6 epochs",
      })
  void personalWork_countsForTheEpochs(String train, String found) {
    String sentence = policy("{\"max-epochs\": 5}").refusal(plan(train), BASE).orElseThrow();
    assertTrue(sentence.contains("max-epochs: " + found), sentence);
    assertEquals(Optional.empty(), policy("{\"max-epochs\": 6}").refusal(plan(train), BASE));
  }

  @Test
  void personalWork_countedInSteps_countsToo() {
    SitePolicy policy = policy("{\"max-epochs\": 3}");
    String steps = "\"steps\": 50";
    assertEquals(Optional.empty(), policy.refusalOfPasses(plan(steps), 100));
    assertTrue(policy.refusalOfPasses(plan(steps + ", \"personal\": \"ditto\""), 100).isPresent());
    assertEquals(
        Optional.empty(),
        policy.refusalOfPasses(plan(steps + ", \"personal\": \"fine-tune\""), 100));
  }

  private static Plan plan(String train) {
    return Plan.read(
        Settings.of(
            "plan.yaml",
            JsonReader.read(
                "{\"name\":\"p\",\"deterministic\":false,\"model\":{\"base\":\"b\",\"labels\":[\"a\",\"b\"]},"
                    + "\"train\":{\"batch-size\":4,"
                    + train
                    + "}}")));
  }

  /** A limit of epochs binds plans that count otherwise, or it would be none. */
  @Test
  void maxEpochs_planThatCountsStepsOrTime_isHeldToo() {
    SitePolicy two = policy("{\"max-epochs\": 2}");
    Plan steps = plan("\"steps\":5,\"accumulate\":2");
    assertEquals(Optional.empty(), two.refusalOfPasses(steps, 20));
    String sentence = two.refusalOfPasses(steps, 19).orElseThrow();
    assertTrue(sentence.contains("5 steps over 19 examples"), sentence);
    Plan time = plan("\"time\":\"1m\"");
    assertTrue(two.refusal(time, BASE).orElseThrow().contains("max-epochs"));
    assertEquals(Optional.empty(), SitePolicy.defaults().refusal(time, BASE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"max-epochs\": 3} | 1",
        "{\"max-rounds\": 5} | 1",
        "{\"max-tokens\": 32} | 1",
        "{\"what-may-travel\": \"last-2\"} | 1",
        "{\"what-may-travel\": \"all\"} | 1",
      })
  void planAtALimit_isAllowed(String json, int unused) {
    assertEquals(Optional.empty(), policy(json).refusal(plan(), BASE), json + unused);
  }

  @ParameterizedTest
  @CsvSource({
    "lora, all, true",
    "lora, lora, true",
    "lora, biases, false",
    "lora, last-9, false",
    "lora, head, false",
    "biases, all, true",
    "biases, biases, true",
    "biases, lora, false",
    "biases, last-9, false",
    "head, lora, true",
    "head, head, true",
    "last-1, lora, false",
    "all, lora, false",
    "all, biases, false"
  })
  void partsThatTouchEveryLayer_travelWhereTheyAreNamed(String what, String may, boolean allowed) {
    SitePolicy policy = policy("{\"what-may-travel\": \"" + may + "\"}");
    Plan plan =
        Plan.parse(
            plan()
                .toJson()
                .canonical()
                .replace("\"what\":\"last-2\"", "\"what\":\"" + what + "\""));
    assertEquals(what, plan.train().what().token());
    assertEquals(allowed, policy.refusal(plan, BASE).isEmpty());
  }

  @Test
  void baseModel_mustBeListedWhereAListIsGiven() {
    SitePolicy listed = policy("{\"base-models\": [\"" + BASE + "\"]}");
    assertEquals(Optional.empty(), listed.refusal(plan(), BASE));
    assertTrue(listed.refusal(plan(), Digest.ofUtf8("x")).orElseThrow().contains("base-models"));
  }

  private static Manifest model(String path, long bytes) {
    return Manifest.of(Manifest.FOLDER, List.of(new ManifestEntry(path, BASE, bytes, List.of())));
  }

  @Test
  void torchscript_runsOnlyWhereItsDigestIsNamed() {
    Manifest model = model("model.pt", 10);
    String refusal = SitePolicy.defaults().refusalOfModel(model).orElseThrow();
    assertTrue(refusal.startsWith("site policy, torchscript: model.pt, which is code"), refusal);
    assertTrue(refusal.endsWith("can change policy.torchscript in its node's file."), refusal);
    SitePolicy named = policy("{\"torchscript\": [\"" + BASE + "\"]}");
    assertEquals(Optional.empty(), named.refusalOfModel(model));
  }

  @Test
  void sizesAndCounts_areHeldAgainstTheirLimits() {
    SitePolicy tight =
        policy("{\"max-model\": \"10B\", \"max-update\": \"20B\", \"min-examples\": 5}");
    assertEquals(Optional.empty(), tight.refusalOfModel(model("w", 10)));
    assertTrue(tight.refusalOfModel(model("w", 11)).orElseThrow().contains("max-model"));
    assertEquals(Optional.empty(), tight.refusalOfUpdate(20));
    assertTrue(tight.refusalOfUpdate(21).orElseThrow().contains("max-update"));
    assertEquals(Optional.empty(), tight.refusalOfExamples(5));
    assertTrue(tight.refusalOfExamples(4).orElseThrow().contains("min-examples"));
  }

  @Test
  void sentLog_appendsOneLineEach(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("sent.log");
    new SentLog(file, true).append(JsonValue.object().put("what", "card").build());
    new SentLog(file, false).append(JsonValue.object().put("what", "update").build());
    assertEquals(List.of("{\"what\":\"card\"}", "{\"what\":\"update\"}"), Files.readAllLines(file));
  }

  @Test
  void sentLog_thatCannotBeWritten_stopsTheSending(@TempDir Path folder) {
    var log = new SentLog(folder.resolve("missing/sent.log"), true);
    JsonValue.JsonObject entry = JsonValue.object().build();
    var refusal = assertThrows(FederationException.class, () -> log.append(entry));
    assertEquals(ErrorKind.FULL, refusal.kind());
  }
}
