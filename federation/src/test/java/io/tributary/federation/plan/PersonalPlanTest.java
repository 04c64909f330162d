package io.tributary.federation.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersonalPlanTest {
  private static Plan plan(String train, String rest) {
    return Plan.parse(
        "{\"name\":\"p\",\"model\":{\"base\":\"m\",\"labels\":[\"a\",\"b\"]},\"train\":{"
            + train
            + "}"
            + (rest.isEmpty() ? "" : "," + rest)
            + "}");
  }

  private static PersonalPlan read(String personal) {
    return plan("\"personal\":" + personal, "").train().personal();
  }

  private static String refusal(String train, String rest) {
    return assertThrows(FederationException.class, () -> plan(train, rest)).sentence();
  }

  @Test
  void personal_notWritten_isNoneAndLeavesTheDigest() {
    Plan none = plan("", "");
    assertEquals(PersonalPlan.none(), none.train().personal());
    assertFalse(none.toJson().canonical().contains("personal"), none.toJson().canonical());
    assertEquals(none.digest(), plan("\"personal\":\"none\"", "").digest());
    assertFalse(none.train().keepsState());
    assertTrue(plan("\"personal\":\"fedper\"", "").train().keepsState());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"fedper\"",
        "{\"name\":\"fedrep\",\"head-epochs\":3}",
        "\"fedbn\"",
        "{\"name\":\"ditto\",\"lambda\":0.5}",
        "{\"name\":\"apfl\",\"alpha\":0.25,\"adaptive\":false}",
        "{\"name\":\"fine-tune\",\"epochs\":2}"
      })
  void personal_throughJson_isTheSameAndChangesTheDigest(String personal) {
    Plan plan = plan("\"personal\":" + personal, "");
    assertEquals(plan, Plan.parse(plan.toJson().canonical()));
    assertNotEquals(plan("", "").digest(), plan.digest());
  }

  @Test
  void personal_nameAlone_hasTheUsualOptions() {
    assertEquals(new PersonalPlan.FedRep(1), read("\"fedrep\""));
    assertEquals(new PersonalPlan.Ditto(0.1), read("\"ditto\""));
    assertEquals(new PersonalPlan.Apfl(0.5, true), read("\"apfl\""));
    assertEquals(new PersonalPlan.FineTune(1), read("\"fine-tune\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"own\" | train.personal: own (expected: one of none, fedper",
        "{\"name\":\"fedper\",\"lambda\":1} | train.personal.lambda: unknown key (expected: name",
        "{\"name\":\"ditto\",\"lambda\":-1} | train.personal.lambda: -1",
        "{\"name\":\"apfl\",\"alpha\":2} | train.personal.alpha: 2",
        "{\"name\":\"fedrep\",\"head-epochs\":0} | train.personal.head-epochs: 0",
        "{\"name\":\"fine-tune\",\"epochs\":0} | train.personal.epochs: 0"
      })
  void options_broken_refusedWithPath(String personal, String sentence) {
    String found = refusal("\"personal\":" + personal, "");
    assertTrue(found.contains(sentence), found);
  }

  @Test
  void combinations_thatMeanNothing_refused() {
    String uniform = "\"federation\":{\"weights\":\"uniform\"}";
    assertTrue(
        refusal("\"personal\":\"fedper\",\"algorithm\":\"feddyn\"", uniform)
            .contains("train.personal: fedper (expected: none, ditto, apfl or fine-tune"));
    assertTrue(
        refusal("\"personal\":\"apfl\",\"algorithm\":\"fedprox\"", "")
            .contains("train.personal: apfl (expected: another one beside fedprox"));
    assertTrue(
        refusal("\"personal\":\"fedper\",\"what\":\"head\"", "")
            .contains("train.what: head (expected: more than the head for fedper"));
    assertTrue(
        refusal("\"personal\":\"fedrep\",\"what\":\"lora\"", "")
            .contains("train.personal: fedrep (expected: fedper for what: lora"));
    assertTrue(
        refusal("\"personal\":\"fedper\"", "\"evaluation\":{\"stop\":{\"patience\":2}}")
            .contains("evaluation.stop: patience or target (expected: neither for fedper"));
    plan("\"personal\":\"ditto\",\"algorithm\":\"fedprox\"", "");
    plan("\"personal\":\"fedper\",\"algorithm\":\"fedprox\"", "");
  }
}
