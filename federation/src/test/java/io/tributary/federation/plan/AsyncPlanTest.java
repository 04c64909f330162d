package io.tributary.federation.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.settings.Settings;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code federation.mode: async}: its weights, its form, and what it does not go with. */
class AsyncPlanTest {
  private static final String ASYNC = "\"mode\":\"async\"";

  private static Plan plan(String top, String train, String federation) {
    return Plan.read(
        Settings.of(
            "plan.yaml",
            JsonReader.read(
                "{\"name\":\"p\","
                    + top
                    + "\"model\":{\"base\":\"m\",\"labels\":[\"a\",\"b\"]},\"train\":{"
                    + train
                    + "},\"federation\":{"
                    + federation
                    + "}}")));
  }

  private static AsyncPlan async(String mode) {
    return plan("\"deterministic\":false,", "", "\"mode\":" + mode)
        .federation()
        .async()
        .orElseThrow();
  }

  private static String refusal(String top, String train, String federation) {
    String all = "\"deterministic\":false," + top;
    return assertThrows(FederationException.class, () -> plan(all, train, federation)).sentence();
  }

  @Test
  void nameAlone_hasEveryDefault() {
    AsyncPlan plan = async("\"async\"");
    assertEquals(10, plan.buffer());
    assertEquals(Optional.empty(), plan.concurrency());
    assertEquals(20, plan.maxStaleness());
    assertEquals(StalenessName.POLYNOMIAL, plan.staleness().name());
    assertEquals(0.5, plan.staleness().options().number("a"));
  }

  @Test
  void sync_isNotInTheCanonicalForm() {
    Plan plan = plan("", "", "\"mode\":\"sync\"");
    assertTrue(plan.federation().async().isEmpty());
    assertEquals(plan("", "", "").digest(), plan.digest());
  }

  @Test
  void everyKey_isReadAndWritten() {
    String mode =
        "{\"name\":\"async\",\"buffer\":3,\"concurrency\":7,\"max-staleness\":4,"
            + "\"staleness\":{\"name\":\"hinge\",\"a\":2,\"b\":1}}";
    AsyncPlan plan = async(mode);
    assertEquals(3, plan.buffer());
    assertEquals(Optional.of(7), plan.concurrency());
    assertEquals(4, plan.maxStaleness());
    Plan whole = plan("\"deterministic\":false,", "", "\"mode\":" + mode);
    assertEquals(whole, Plan.parse(whole.toJson().canonical()));
    assertFalse(whole.digest().equals(plan("\"deterministic\":false,", "", "").digest()));
  }

  @ParameterizedTest
  @CsvSource({
    // s(τ) by hand: 1/sqrt(1+τ), 1/(1+τ), 1, and 1 up to b, then 1/(a(τ-b)+1)
    "polynomial, 0, 1",
    "polynomial, 3, 0.5",
    "polynomial, 8, 0.3333333333333333",
    "'{\"name\":\"polynomial\",\"a\":1}', 4, 0.2",
    "constant, 100, 1",
    "hinge, 4, 1",
    "hinge, 5, 0.09090909090909091",
    "'{\"name\":\"hinge\",\"a\":2,\"b\":1}', 3, 0.2",
  })
  void weight_ofAge_isThatOfThePaper(String staleness, int age, double expected) {
    String json = staleness.startsWith("{") ? staleness : "\"" + staleness + "\"";
    StalenessPlan plan = async("{\"name\":\"async\",\"staleness\":" + json + "}").staleness();
    assertEquals(expected, plan.weight(age), 1e-15);
  }

  @Test
  void deterministic_isRefused() {
    String said = assertThrows(FederationException.class, () -> plan("", "", ASYNC)).sentence();
    assertTrue(said.contains("federation.mode: async"), said);
    assertTrue(said.contains("deterministic: false"), said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "federation.rule | | \"rule\":\"median\"",
        "federation.rule | | \"rule\":\"fednova\"",
        "federation.rule | | \"rule\":\"acme.median\"",
        "federation.cohort.fraction | | \"cohort\":{\"fraction\":0.5}",
        "federation.cohort.size | | \"cohort\":{\"size\":5}",
        "federation.cohort.kind | | \"cohort\":{\"kind\":\"by-size\"}",
        "federation.cohort.floor | | \"cohort\":{\"floor\":5}",
        "federation.cohort.over-select | | \"cohort\":{\"over-select\":1.5}",
        "federation.cohort.close-at | | \"cohort\":{\"close-at\":5}",
        "federation.mode.buffer | | \"cohort\":{\"quorum\":11}",
        "federation.mode.buffer | | \"cohort\":{\"nodes\":[\"a\",\"b\"]}",
        "train.algorithm | \"algorithm\":\"scaffold\",\"optimizer\":{\"name\":\"sgd\"} | \"rounds\":2",
        "train.algorithm | \"algorithm\":\"feddyn\" | \"weights\":\"uniform\"",
        "train.algorithm | \"algorithm\":\"moon\" | \"rounds\":2",
        "train.personal | \"personal\":\"ditto\" | \"rounds\":2",
        "train.optimizer-state | \"optimizer-state\":\"keep\" | \"rounds\":2",
        "federation.compression.error-feedback | | \"compression\":\"top-k\"",
        "train.lora.aggregation | \"what\":\"lora\",\"lora\":{\"aggregation\":\"rolora\"} | \"rounds\":2",
        "train.lora.aggregation | \"what\":\"lora\",\"lora\":{\"aggregation\":\"flora\"} | \"rounds\":2",
        "train.lora.aggregation | \"what\":\"lora\",\"lora\":{\"aggregation\":\"fedex\"} | \"rounds\":2",
      })
  void withoutACohort_isRefusedInOneLine(String key, String train, String federation) {
    String said = refusal("", train == null ? "" : train, ASYNC + "," + federation);
    assertTrue(said.contains(key + ":"), said);
    assertTrue(said.lines().count() == 1, said);
  }

  @Test
  void evaluationAtSites_isRefused() {
    String said = refusal("\"evaluation\":{\"where\":\"both\"},", "", ASYNC);
    assertTrue(said.contains("evaluation.where: both"), said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"mode\":\"asynch\"' | federation.mode.name",
        "'\"mode\":{\"name\":\"async\",\"buffer\":0}' | federation.mode.buffer",
        "'\"mode\":{\"name\":\"async\",\"staleness\":\"linear\"}' | federation.mode.staleness.name",
        "'\"mode\":{\"name\":\"async\",\"bufer\":3}' | federation.mode.bufer",
        "'\"mode\":{\"name\":\"sync\",\"buffer\":3}' | federation.mode.buffer",
      })
  void unknownWords_areRefused(String federation, String key) {
    String said = refusal("", "", federation);
    assertTrue(said.contains(key), said);
  }

  @Test
  void fedproxQuantizationAndAServerOptimizer_goWithIt() {
    plan(
        "\"deterministic\":false,",
        "\"algorithm\":\"fedprox\"",
        ASYNC
            + ",\"compression\":{\"name\":\"int8\",\"error-feedback\":false},"
            + "\"server-optimizer\":{\"name\":\"fedavgm\",\"learning-rate\":0.5,\"momentum\":0}");
  }
}
