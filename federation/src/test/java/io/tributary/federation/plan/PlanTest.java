package io.tributary.federation.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.Digest;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final String SMALLEST =
      "{\"name\":\"p\",\"model\":{\"base\":\"m\",\"labels\":[\"a\",\"b\"]}}";

  private static final List<String> WRITTEN =
      List.of(
          "\"seed\":7",
          "\"deterministic\":false",
          "tabular-classification",
          "\"max-tokens\":32",
          "last-2",
          "\"epochs\":2",
          "\"batch-size\":8",
          "\"clip-norm\":0.5",
          "\"dropout\":0.2",
          "\"threads\":2",
          "sgd",
          "\"learning-rate\":0.1",
          "\"weight-decay\":0.2",
          "\"momentum\":0.8",
          "\"beta1\":0.7",
          "\"beta2\":0.6",
          "\"epsilon\":0.000001",
          "constant",
          "\"warm-up\":0.1",
          "\"span\":\"round\"",
          "\"rounds\":4",
          "\"weights\":\"uniform\"",
          "\"attempts\":5",
          "\"fraction\":0.5",
          "\"quorum\":2",
          "[\"a\",\"b\"]",
          "\"recruit\":\"1m\"",
          "\"round\":\"2h\"",
          "\"max-norm\":10",
          "\"max-examples\":1000",
          "\"metric\":\"loss\"",
          "minimize",
          "\"patience\":3",
          "\"min-delta\":0.002",
          "\"target\":0.1",
          "\"batch-size\":32",
          "[\"all\"]");

  private static Plan plan(String json) {
    return Plan.read(Settings.of("plan.yaml", JsonReader.read(json)));
  }

  private static Plan with(String section, String body) {
    return plan(
        SMALLEST.substring(0, SMALLEST.length() - 1) + ",\"" + section + "\":" + body + "}");
  }

  private static String refusal(String section, String body) {
    return assertThrows(FederationException.class, () -> with(section, body)).sentence();
  }

  @Test
  void defaults_areTheDocumentedOnes() {
    Plan plan = plan(SMALLEST);
    assertEquals(0, plan.seed());
    assertTrue(plan.deterministic());
    assertEquals(
        new ModelPlan("m", Task.TEXT_CLASSIFICATION, List.of("a", "b"), 128, false), plan.model());
    TrainPlan train = plan.train();
    assertEquals("all", train.what().token());
    assertEquals(List.of(1, 16, 1), List.of(train.epochs(), train.batchSize(), train.threads()));
    assertEquals(
        new OptimizerPlan(OptimizerName.ADAMW, 5e-5, 0.01, 0.9, 0.9, 0.999, 1e-8),
        train.optimizer());
    assertEquals(new SchedulePlan(ScheduleName.LINEAR, 0.06, ScheduleSpan.RUN), train.schedule());
    assertEquals(1.0, train.clipNorm());
    assertTrue(train.dropout().isEmpty());
    FederationPlan federation = plan.federation();
    assertEquals(List.of(3, 3), List.of(federation.rounds(), federation.attempts()));
    assertEquals(new CohortPlan(1.0, 1, List.of()), federation.cohort());
    assertEquals(
        new DeadlinesPlan(Duration.ofMinutes(2), Duration.ofMinutes(30)), federation.deadlines());
    assertEquals(new GatePlan(Optional.empty(), Optional.empty()), federation.gate());
    assertEquals(
        new EvaluationPlan(
            Metric.MACRO_F1, Direction.MAXIMIZE, Optional.empty(), 0, Optional.empty(), 64),
        plan.evaluation());
    assertEquals(Set.of(KeptCheckpoint.BEST, KeptCheckpoint.LAST), plan.keep());
  }

  @Test
  void everyKey_isRead() {
    Plan plan =
        plan(
            """
            {"name":"gloss","seed":7,"deterministic":false,
             "model":{"base":"m","task":"tabular-classification","labels":["a","b"],"max-tokens":32},
             "train":{"what":"last-2","epochs":2,"batch-size":8,"clip-norm":0.5,"dropout":0.2,"threads":2,
              "optimizer":{"name":"sgd","learning-rate":0.1,"weight-decay":0.2,"momentum":0.8,"beta1":0.7,"beta2":0.6,"epsilon":1e-6},
              "schedule":{"name":"constant","warm-up":0.1,"span":"round"}},
             "federation":{"rounds":4,"rule":"weighted-mean","server-optimizer":"none","weights":"uniform","attempts":5,
              "cohort":{"fraction":0.5,"quorum":2,"nodes":["b","a"]},"deadlines":{"recruit":"1m","round":"2h"},
              "gate":{"max-norm":10,"max-examples":1000}},
             "evaluation":{"where":"central","choose":{"metric":"loss","direction":"minimize"},
              "stop":{"patience":3,"min-delta":0.002,"target":0.1},"batch-size":32},
             "keep":{"checkpoints":["all"]}}
            """);
    assertEquals(plan, Plan.parse(plan.toJson().canonical()));
    String json = plan.toJson().canonical();
    for (String expected : WRITTEN) {
      assertTrue(json.contains(expected), expected + " in " + json);
    }
  }

  @Test
  void digest_dependsOnEveryChangeAndNotOnSpelling() {
    Digest base = plan(SMALLEST).digest();
    assertEquals(
        base,
        plan(SMALLEST.replace("{\"name\":\"p\",", "{ \"seed\": 0.0, \"name\" : \"p\",")).digest());
    assertNotEquals(base, with("seed", "1").digest());
  }

  @Test
  void withBase_replacesOnlyTheBase() {
    Digest base = Digest.ofUtf8("base");
    assertEquals(base.toString(), plan(SMALLEST).withBase(base).model().base());
    assertEquals(plan(SMALLEST).train(), plan(SMALLEST).withBase(base).train());
  }

  @Test
  void rules_broken_refusedWithPath() {
    assertTrue(refusal("train", "{\"epocs\":1}").contains("train.epocs: unknown key"));
    assertTrue(
        refusal("train", "{\"what\":\"some\"}").contains("all, head, last-K, biases or lora"));
    assertTrue(refusal("train", "{\"epochs\":0}").contains("train.epochs: 0"));
    assertTrue(
        refusal("federation", "{\"cohort\":{\"quorum\":3,\"nodes\":[\"a\"]}}")
            .contains("at most the 1 nodes"));
    assertTrue(
        refusal("federation", "{\"deadlines\":{\"round\":\"0s\"}}")
            .contains("longer than nothing"));
    assertTrue(
        refusal("evaluation", "{\"choose\":{\"metric\":\"loss\"}}").contains("minimize for loss"));
    assertTrue(
        refusal("evaluation", "{\"choose\":{\"direction\":\"minimize\"}}").contains("maximize"));
    assertTrue(refusal("evaluation", "{\"where\":\"moon\"}").contains("one of central"));
    assertTrue(refusal("keep", "{\"checkpoints\":[\"first\"]}").contains("best, last or all"));
  }

  @Test
  void labels_fewerThanTwoOrRepeated_refused() {
    for (String labels : List.of("[]", "[\"a\"]", "[\"a\",\"a\"]")) {
      String json = SMALLEST.replace("[\"a\",\"b\"]", labels);
      assertTrue(
          assertThrows(FederationException.class, () -> plan(json))
              .sentence()
              .contains("two or more different labels"));
    }
  }

  @Test
  void name_tooLongForRunIds_refused() {
    String json = SMALLEST.replace("\"p\"", "\"" + "p".repeat(49) + "\"");
    assertTrue(
        assertThrows(FederationException.class, () -> plan(json))
            .sentence()
            .contains("at most 48"));
  }
}
