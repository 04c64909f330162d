package io.tributary.federation.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys of a plan that say how a node's steps are made, and how results are judged. */
class LoopPlanTest {
  private static final String CLASSES = ",\"labels\":[\"a\",\"b\",\"c\"]";

  private static Plan plan(String model, String rest) {
    return Plan.parse(
        "{\"name\":\"p\",\"model\":{\"base\":\"m\""
            + model
            + "}"
            + (rest.isEmpty() ? "" : "," + rest)
            + "}");
  }

  private static Plan train(String body) {
    return plan(CLASSES, "\"deterministic\":false,\"train\":{" + body + "}");
  }

  private static String refusal(String body) {
    return assertThrows(FederationException.class, () -> train(body)).sentence();
  }

  private static String refusedEvaluation(String model, String body) {
    return assertThrows(
            FederationException.class, () -> plan(model, "\"evaluation\":{" + body + "}"))
        .sentence();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"steps\":7",
        "\"time\":\"90s\"",
        "\"accumulate\":4",
        "\"recompute\":true",
        "\"precision\":\"bf16\"",
        "\"optimizer-state\":\"keep\"",
        "\"early-stop\":{\"metric\":\"macro-f1\",\"patience\":2,\"min-delta\":0.01,\"every\":5}",
        "\"optimizer\":{\"name\":\"sgd\",\"nesterov\":true}",
        "\"optimizer\":{\"name\":\"sgd\",\"dampening\":0.5}",
        "\"optimizer\":{\"name\":\"adam\"}",
        "\"optimizer\":{\"name\":\"adafactor\",\"adafactor\":{\"clip-threshold\":2,\"decay-rate\":0.7,\"scale-parameter\":true,\"first-moment\":true}}",
        "\"schedule\":{\"name\":\"cosine\",\"cycles\":1.5}",
        "\"schedule\":{\"warm-up-steps\":10}",
        "\"schedule\":{\"name\":\"polynomial\",\"power\":2,\"end\":0.000001}"
      })
  void keys_throughJson_areTheSameAndChangeTheDigest(String body) {
    Plan plan = train(body);
    assertEquals(plan, Plan.parse(plan.toJson().canonical()));
    assertNotEquals(train("").digest(), plan.digest());
  }

  @Test
  void defaults_areTheUsualLoop() {
    assertEquals(LoopPlan.USUAL, train("").train().loop());
    assertEquals(1, train("").train().epochs());
    assertEquals(0, train("\"steps\":7").train().epochs());
    assertEquals(Duration.ofSeconds(90), train("\"time\":\"90s\"").train().loop().time());
    EarlyStopPlan stop = train("\"early-stop\":{}").train().loop().earlyStop().orElseThrow();
    assertEquals(new EarlyStopPlan(Metric.LOSS, Direction.MINIMIZE, 1, 0, 0), stop);
    assertEquals(0, train("\"schedule\":{\"warm-up-steps\":9}").train().schedule().warmUp());
  }

  @Test
  void work_twoAmounts_refused() {
    assertTrue(refusal("\"epochs\":1,\"steps\":2").contains("train.steps: beside another"));
    assertTrue(refusal("\"steps\":2,\"time\":\"1s\"").contains("one of epochs, steps and time"));
    assertTrue(refusal("\"epochs\":2,\"time\":\"1s\"").contains("train.time: beside another"));
  }

  @Test
  void time_ofADeterministicPlan_refused() {
    String sentence =
        assertThrows(FederationException.class, () -> plan(CLASSES, "\"train\":{\"time\":\"1s\"}"))
            .sentence();
    assertTrue(sentence.contains("train.time: 1s (expected: epochs or steps"), sentence);
  }

  @Test
  void rules_broken_refusedWithPath() {
    assertTrue(refusal("\"optimizer\":{\"nesterov\":true}").contains("optimizer.nesterov: true"));
    assertTrue(
        refusal("\"optimizer\":{\"name\":\"sgd\",\"nesterov\":true,\"dampening\":0.1}")
            .contains("without dampening"));
    assertTrue(refusal("\"optimizer\":{\"dampening\":0.1}").contains("0 for adamw"));
    assertTrue(
        refusal("\"optimizer\":{\"adafactor\":{\"first-moment\":true}}")
            .contains("no such section for adamw"));
    assertTrue(
        refusal("\"schedule\":{\"name\":\"polynomial\",\"end\":0.1}")
            .contains("less than optimizer.learning-rate"));
    assertTrue(
        refusal("\"schedule\":{\"warm-up\":0.1,\"warm-up-steps\":3}").contains("a share or"));
    assertTrue(
        refusal("\"time\":\"9s\",\"schedule\":{\"warm-up-steps\":3}").contains("a share, warm-up"));
    assertTrue(refusal("\"accumulate\":0").contains("train.accumulate: 0"));
    assertTrue(refusal("\"precision\":\"f16\"").contains("one of f32, bf16"));
    assertTrue(refusal("\"optimizer-state\":\"some\"").contains("one of fresh, keep"));
    assertTrue(refusal("\"early-stop\":{\"metric\":\"loss\"}").contains("minimize for loss"));
    assertTrue(refusal("\"early-stop\":{\"metric\":\"rmse\"}").contains("early-stop.metric"));
  }

  @Test
  void evaluation_withoutAWord_choosesByTheTask() {
    assertEquals(Metric.MACRO_F1, plan(CLASSES, "").evaluation().metric());
    Plan model = plan(",\"task\":\"causal-language-modelling\"", "");
    assertEquals(Metric.PERPLEXITY, model.evaluation().metric());
    assertEquals(Direction.MINIMIZE, model.evaluation().direction());
    assertEquals(Metric.RMSE, plan(",\"task\":\"tabular-regression\"", "").evaluation().metric());
    assertEquals(
        List.of(Metric.LOSS, Metric.RMSE, Metric.R2),
        plan(",\"task\":\"tabular-regression\"", "").evaluation().shown(TaskKind.REGRESSION));
  }

  @Test
  void evaluation_namedMetrics_areShownWithTheChoosingOne() {
    Plan plan =
        plan(
            CLASSES,
            "\"evaluation\":{\"metrics\":[\"mcc\",\"accuracy\"],\"choose\":{\"metric\":\"weighted-f1\"}}");
    assertEquals(plan, Plan.parse(plan.toJson().canonical()));
    assertEquals(
        List.of(Metric.MCC, Metric.ACCURACY, Metric.WEIGHTED_F1),
        plan.evaluation().shown(TaskKind.CLASSIFICATION));
    assertEquals(Optional.empty(), plan.evaluation().patience());
  }

  @Test
  void evaluation_metricThatTheModelDoesNotHave_refused() {
    String rmse = refusedEvaluation(CLASSES, "\"choose\":{\"metric\":\"rmse\"}");
    assertTrue(rmse.contains("evaluation.choose.metric: metric: \"rmse\" for class"), rmse);
    assertTrue(
        refusedEvaluation(CLASSES, "\"metrics\":[\"perplexity\"]")
            .contains("evaluation.metrics: \"perplexity\""));
    // of two labels only, and of IOB2 tags only
    assertTrue(refusedEvaluation(CLASSES, "\"metrics\":[\"f1\"]").contains("\"f1\""));
    String tags = ",\"task\":\"token-classification\"" + CLASSES;
    assertTrue(refusedEvaluation(tags, "\"metrics\":[\"entity-f1\"]").contains("\"entity-f1\""));
    String choose = "\"choose\":{\"metric\":\"brier\",\"direction\":\"maximize\"}";
    assertTrue(refusedEvaluation(CLASSES, choose).contains("minimize for brier"));
  }
}
