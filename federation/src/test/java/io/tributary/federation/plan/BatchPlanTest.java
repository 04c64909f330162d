package io.tributary.federation.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchPlanTest {
  private static Plan plan(boolean deterministic, String train) {
    return Plan.parse(
        "{\"name\":\"p\",\"deterministic\":"
            + deterministic
            + ",\"model\":{\"base\":\"m\",\"labels\":[\"a\",\"b\"]},\"train\":{"
            + train
            + "}}");
  }

  @Test
  void number_isTheSameEverywhere() {
    assertEquals(BatchPlan.of(16), plan(true, "").train().batch());
    assertEquals(BatchPlan.of(7), plan(true, "\"batch-size\":7").train().batch());
  }

  @Test
  void auto_throughJson_isTheSameAndHasItsOwnDigest() {
    Plan plan = plan(false, "\"batch-size\":\"auto\"");
    assertEquals(new BatchPlan(1024, true), plan.train().batch());
    assertEquals(plan, Plan.parse(plan.toJson().canonical()));
    assertNotEquals(plan(false, "\"batch-size\":1024").digest(), plan.digest());
    assertEquals(
        32, plan(false, "\"batch-size\":\"auto\",\"max-batch-size\":32").train().batchSize());
  }

  @Test
  void auto_deterministic_isRefused() {
    refused(true, "\"batch-size\":\"auto\"", "deterministic: false");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"batch-size\":\"auto\",\"algorithm\":\"moon\"; more than one model",
        "\"batch-size\":\"auto\",\"personal\":\"fine-tune\"; more than one model",
        "\"batch-size\":8,\"max-batch-size\":32; no such key without batch-size: auto",
        "\"max-batch-size\":32; no such key without batch-size: auto",
        "\"batch-size\":\"auto\",\"max-batch-size\":0; 1 to 1000000",
        "\"batch-size\":\"large\"; 1 to 1000000"
      })
  void wrong_isRefused(String train, String rule) {
    refused(false, train, rule);
  }

  @Test
  void auto_proximalTerm_isTaken() {
    Plan plan = plan(false, "\"batch-size\":\"auto\",\"algorithm\":\"fedprox\"");
    assertTrue(plan.train().batch().fitting());
  }

  private static void refused(boolean deterministic, String train, String rule) {
    String sentence =
        assertThrows(FederationException.class, () -> plan(deterministic, train)).sentence();
    assertTrue(sentence.contains("train.") && sentence.contains(rule), sentence);
  }
}
