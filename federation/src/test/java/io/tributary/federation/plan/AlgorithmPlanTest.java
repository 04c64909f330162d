package io.tributary.federation.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlgorithmPlanTest {
  private static final String SGD = "\"optimizer\":{\"name\":\"sgd\"}";
  private static final String UNIFORM = "\"federation\":{\"weights\":\"uniform\"}";

  private static Plan plan(String train, String rest) {
    return Plan.parse(
        "{\"name\":\"p\",\"model\":{\"base\":\"m\",\"labels\":[\"a\",\"b\"]},\"train\":{"
            + train
            + "}"
            + (rest.isEmpty() ? "" : "," + rest)
            + "}");
  }

  private static AlgorithmPlan read(String algorithm) {
    return plan("\"algorithm\":" + algorithm + "," + SGD, UNIFORM).train().algorithm();
  }

  private static String refusal(String train, String rest) {
    return assertThrows(FederationException.class, () -> plan(train, rest)).sentence();
  }

  @Test
  void algorithm_notWritten_isFedAvgAndLeavesTheDigest() {
    Plan none = plan("", "");
    assertEquals(AlgorithmPlan.fedAvg(), none.train().algorithm());
    assertFalse(none.toJson().canonical().contains("algorithm"), none.toJson().canonical());
    assertEquals(none.digest(), plan("\"algorithm\":\"fedavg\"", "").digest());
    assertEquals(none.digest(), plan("\"algorithm\":{\"name\":\"fedavg\"}", "").digest());
    assertFalse(none.train().keepsState());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"fedprox\"",
        "{\"name\":\"fedprox\",\"mu\":0.1}",
        "\"scaffold\"",
        "{\"name\":\"scaffold\",\"nodes\":100}",
        "\"feddyn\"",
        "{\"name\":\"feddyn\",\"alpha\":0.1,\"nodes\":7}",
        "\"moon\"",
        "{\"name\":\"moon\",\"mu\":5,\"temperature\":1}"
      })
  void algorithm_throughJson_isTheSameAndChangesTheDigest(String algorithm) {
    Plan plan = plan("\"algorithm\":" + algorithm + "," + SGD, UNIFORM);
    assertEquals(plan, Plan.parse(plan.toJson().canonical()));
    assertNotEquals(plan(SGD, UNIFORM).digest(), plan.digest());
  }

  @Test
  void algorithm_nameAlone_hasTheUsualOptions() {
    assertEquals(new AlgorithmPlan.FedProx(0.01), read("\"fedprox\""));
    assertEquals(new AlgorithmPlan.Scaffold(0), read("\"scaffold\""));
    assertEquals(new AlgorithmPlan.FedDyn(0.01, 0), read("\"feddyn\""));
    assertEquals(new AlgorithmPlan.Moon(1, 0.5), read("\"moon\""));
    assertEquals(Optional.empty(), read("\"scaffold\"").namedNodes());
    assertEquals(Optional.of(9), read("{\"name\":\"scaffold\",\"nodes\":9}").namedNodes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"fedavgm\" | train.algorithm: fedavgm (expected: one of fedavg, fedprox",
        "{\"mu\":1} | train.algorithm.name:  (expected: one of fedavg",
        "{\"name\":\"scaffold\",\"mu\":1} | train.algorithm.mu: unknown key (expected: name, nodes",
        "{\"name\":\"fedprox\",\"mu\":-1} | train.algorithm.mu: -1",
        "{\"name\":\"feddyn\",\"alpha\":0} | train.algorithm.alpha: 0",
        "{\"name\":\"moon\",\"temperature\":0} | train.algorithm.temperature: 0",
        "{\"name\":\"scaffold\",\"nodes\":0} | train.algorithm.nodes: 0"
      })
  void options_broken_refusedWithPath(String algorithm, String sentence) {
    String found = refusal("\"algorithm\":" + algorithm + "," + SGD, UNIFORM);
    assertTrue(found.contains(sentence), found);
  }

  @Test
  void scaffold_otherOptimizer_refused() {
    String sentence = refusal("\"algorithm\":\"scaffold\"", "");
    assertTrue(sentence.contains("train.optimizer.name: adamw (expected: sgd"), sentence);
  }

  @Test
  void feddyn_weightsByExamples_refused() {
    String sentence = refusal("\"algorithm\":\"feddyn\"", "");
    assertTrue(sentence.contains("federation.weights: examples (expected: uniform"), sentence);
  }

  @Test
  void feddyn_otherServerOptimizerOrRule_refused() {
    String sentence =
        refusal(
            "\"algorithm\":\"feddyn\"",
            "\"federation\":{\"weights\":\"uniform\",\"server-optimizer\":\"fedadam\"}");
    assertTrue(sentence.contains("federation.server-optimizer: fedadam (expected: none"), sentence);
    for (String algorithm : new String[] {"feddyn", "scaffold"}) {
      String rule =
          refusal(
              "\"algorithm\":\"" + algorithm + "\"," + SGD,
              "\"federation\":{\"weights\":\"uniform\",\"rule\":\"median\"}");
      assertTrue(rule.contains("federation.rule: median (expected: weighted-mean"), rule);
    }
  }

  @Test
  void moon_headAlone_refused() {
    String sentence = refusal("\"algorithm\":\"moon\",\"what\":\"head\"", "");
    assertTrue(sentence.contains("train.what: head (expected: more"), sentence);
  }

  @Test
  void scaffold_partOfUnknownNodes_refusedUntilTheyAreKnown() {
    String half = "\"federation\":{\"cohort\":{\"fraction\":0.5";
    String sentence = refusal("\"algorithm\":\"scaffold\"," + SGD, half + "}}");
    assertTrue(sentence.contains("federation.cohort.fraction: 0.5"), sentence);
    plan("\"algorithm\":\"scaffold\"," + SGD, half + ",\"nodes\":[\"a\",\"b\"]}}");
    String named = "\"algorithm\":{\"name\":\"scaffold\",\"nodes\":2}," + SGD;
    plan(named, half + "}}");
    String more = refusal(named, half + ",\"quorum\":3}}");
    assertTrue(more.contains("federation.cohort: more nodes"), more);
  }
}
