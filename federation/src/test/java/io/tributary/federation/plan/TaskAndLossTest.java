package io.tributary.federation.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskAndLossTest {
  /** Of a plan that says nothing of what came after version 0.1.0; it must never change. */
  private static final String FIRST_DIGEST =
      "sha256:300538e3710ee8b575377abcab2c9ae3795bb9a9abf297f15caf9b3ed78b3ee3";

  private static Plan plan(String model, String train) {
    return Plan.parse(
        "{\"name\":\"p\",\"model\":{\"base\":\"m\"" + model + "},\"train\":{" + train + "}}");
  }

  private static String refusal(String model, String train) {
    return assertThrows(FederationException.class, () -> plan(model, train)).sentence();
  }

  private static String task(String task, String labels) {
    return ",\"task\":\"" + task + "\"" + (labels.isEmpty() ? "" : ",\"labels\":" + labels);
  }

  @Test
  void digest_planWithoutNewKeys_staysTheSame() {
    assertEquals(FIRST_DIGEST, plan(",\"labels\":[\"a\",\"b\"]", "").digest().toString());
    assertEquals(
        FIRST_DIGEST,
        plan(",\"labels\":[\"a\",\"b\"],\"multi-label\":false", "\"loss\":{\"gamma\":2}")
            .digest()
            .toString());
  }

  @ParameterizedTest
  @CsvSource({
    "text-classification, TEXT, LABEL, false",
    "text-regression, TEXT, NUMBERS, false",
    "token-classification, TEXT, LABEL_PER_TOKEN, true",
    "causal-language-modelling, TEXT, NEXT_TOKEN, true",
    "image-classification, IMAGE, LABEL, false",
    "tabular-classification, ROW, LABEL, false",
    "tabular-regression, ROW, NUMBERS, false",
  })
  void task_everyWord_saysWhatGoesInAndComesOut(
      String word, Task.Input input, Task.Output output, boolean perToken) {
    String labels = output == Task.Output.NEXT_TOKEN ? "" : "[\"a\",\"b\"]";
    Plan plan = plan(task(word, labels), "");
    Task task = plan.model().task();
    assertEquals(word, task.token());
    assertEquals(input, task.input());
    assertEquals(output, task.output());
    assertEquals(perToken, task.perToken());
    assertEquals(plan, Plan.parse(plan.toJson().canonical()));
  }

  @Test
  void labels_ofTasksThatAreNoClassification_haveTheirOwnRules() {
    assertEquals(List.of("value"), plan(task("text-regression", ""), "").model().labels());
    assertEquals(List.of("x"), plan(task("tabular-regression", "[\"x\"]"), "").model().labels());
    assertEquals(List.of(), plan(task("causal-language-modelling", ""), "").model().labels());
    assertTrue(
        refusal(task("causal-language-modelling", "[\"a\"]"), "")
            .contains("none for causal-language-modelling"));
    assertTrue(refusal(task("token-classification", "[\"a\"]"), "").contains("two or more"));
    assertTrue(refusal(task("tabular-regression", "[]"), "").contains("one or more"));
  }

  @Test
  void multiLabel_ofOneLabelOrMore_isWritten() {
    Plan plan = plan(",\"labels\":[\"spam\"],\"multi-label\":true", "");
    assertTrue(plan.model().multiLabel());
    assertEquals(plan, Plan.parse(plan.toJson().canonical()));
    assertFalse(plan(",\"labels\":[\"a\",\"b\"]", "").model().multiLabel());
    assertTrue(
        refusal(task("text-regression", "") + ",\"multi-label\":true", "")
            .contains("false for text-regression"));
  }

  @Test
  void loss_everyKey_isReadAndWritten() {
    Plan plan =
        plan(
            ",\"labels\":[\"a\",\"b\"]",
            "\"loss\":{\"name\":\"focal\",\"label-smoothing\":0.1,\"gamma\":3,\"alpha\":0.5,"
                + "\"delta\":2,\"class-weights\":{\"b\":4}}");
    LossPlan loss = plan.train().loss();
    assertEquals(Optional.of(LossName.FOCAL), loss.name());
    assertEquals(
        List.of(0.1, 3.0, 0.5, 2.0),
        List.of(loss.smoothing(), loss.gamma(), loss.alpha(), loss.delta()));
    assertEquals(Map.of("b", 4.0), loss.weights());
    assertEquals(plan, Plan.parse(plan.toJson().canonical()));
    Plan several =
        plan(
            ",\"labels\":[\"a\",\"b\"],\"multi-label\":true",
            "\"loss\":{\"positive-weights\":{\"a\":2.5}}");
    assertEquals(Map.of("a", 2.5), several.train().loss().positive());
    assertEquals(several, Plan.parse(several.toJson().canonical()));
    assertEquals(LossPlan.USUAL, plan(",\"labels\":[\"a\",\"b\"]", "").train().loss());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | \"name\":\"mse\" | one of",
        "'' | \"name\":\"huber\" | a loss for text-classification",
        "'' | \"name\":\"binary-cross-entropy\" | a loss for text-classification",
        "',\"multi-label\":true' | \"name\":\"focal\" | with several labels",
        "'' | \"class-weights\":{\"c\":1} | labels of model.labels",
        "'' | \"class-weights\":{\"a\":-1} | numbers from 0",
        "'' | \"class-weights\":{\"a\":\"much\"} | numbers from 0",
        "'' | \"positive-weights\":{\"a\":2} | no weights with the loss cross-entropy",
        "',\"multi-label\":true' | \"class-weights\":{\"a\":2} | no weights with the loss binary",
        "'' | \"label-smoothing\":1 | train.loss.label-smoothing: 1",
      })
  void loss_thatDoesNotFit_refused(String model, String loss, String rule) {
    String sentence = refusal(",\"labels\":[\"a\",\"b\"]" + model, "\"loss\":{" + loss + "}");
    assertTrue(sentence.contains(rule), sentence);
  }
}
