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

class CompressionPlanTest {
  private static Plan plan(String federation, String train) {
    return Plan.parse(
        "{\"name\":\"p\",\"model\":{\"base\":\"m\",\"labels\":[\"a\",\"b\"]},\"train\":{"
            + train
            + "},\"federation\":{"
            + federation
            + "}}");
  }

  private static Plan compressed(String compression) {
    return plan("\"compression\":" + compression, "");
  }

  private static String refusal(String federation, String train) {
    return assertThrows(FederationException.class, () -> plan(federation, train)).sentence();
  }

  @Test
  void compression_notWritten_isNoneAndLeavesTheDigest() {
    Plan none = plan("", "");
    assertTrue(none.federation().compression().isNone());
    assertFalse(none.toJson().canonical().contains("compression"), none.toJson().canonical());
    assertEquals(none.digest(), compressed("\"none\"").digest());
    assertEquals(none.digest(), compressed("{\"name\":\"none\"}").digest());
    assertFalse(none.keepsState());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"bf16\"",
        "{\"name\":\"f16\",\"error-feedback\":true}",
        "\"int8\"",
        "{\"name\":\"int8\",\"block\":64,\"rounding\":\"nearest\"}",
        "{\"name\":\"int4\",\"error-feedback\":true}",
        "\"top-k\"",
        "{\"name\":\"top-k\",\"fraction\":0.05,\"error-feedback\":false}",
        "\"random-k\"",
        "{\"name\":\"random-k\",\"fraction\":0.25,\"mask\":\"shared\"}"
      })
  void compression_throughJson_isTheSameAndChangesTheDigest(String compression) {
    Plan plan = compressed(compression);
    assertEquals(plan, Plan.parse(plan.toJson().canonical()));
    assertNotEquals(plan("", "").digest(), plan.digest());
    assertEquals(plan("", "").digest(), plan.withoutCompression().digest());
  }

  @Test
  void compression_nameAlone_hasTheUsualOptions() {
    assertEquals(
        new CompressionPlan(CodecName.INT8, 256, 0, true, false, false),
        compressed("\"int8\"").federation().compression());
    assertEquals(
        new CompressionPlan(CodecName.INT4, 64, 0, true, false, false),
        compressed("\"int4\"").federation().compression());
    assertEquals(
        new CompressionPlan(CodecName.TOP_K, 0, 0.01, false, false, true),
        compressed("\"top-k\"").federation().compression());
    assertEquals(
        new CompressionPlan(CodecName.RANDOM_K, 0, 0.1, false, false, false),
        compressed("\"random-k\"").federation().compression());
  }

  @Test
  void errorFeedback_on_makesNodesKeepState() {
    assertTrue(compressed("\"top-k\"").keepsState());
    assertFalse(compressed("\"top-k\"").train().keepsState());
    assertFalse(compressed("{\"name\":\"top-k\",\"error-feedback\":false}").keepsState());
    assertFalse(compressed("\"int8\"").keepsState());
    assertTrue(compressed("{\"name\":\"int8\",\"error-feedback\":true}").keepsState());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"topk\" | federation.compression.name: topk, near top-k (expected: one of none, bf16, f16,",
        "{\"name\":\"int8\",\"block\":12} | federation.compression.block: 12 (expected: a multiple of 8)",
        "{\"name\":\"int8\",\"block\":8192} | federation.compression.block: 8192",
        "{\"name\":\"int4\",\"rounding\":\"up\"} | federation.compression.rounding: up (expected: one of"
            + " stochastic, nearest)",
        "{\"name\":\"top-k\",\"fraction\":0.6} | federation.compression.fraction: 0.6 (expected: a number"
            + " from 0.001 to 0.5)",
        "{\"name\":\"random-k\",\"mask\":\"none\"} | federation.compression.mask: none (expected: one of"
            + " each, shared)",
        "{\"name\":\"top-k\",\"block\":64} | federation.compression.block",
        "{\"name\":\"bf16\",\"fraction\":0.1} | federation.compression.fraction",
      })
  void option_thatBreaksARule_isRefusedByItsName(String compression, String sentence) {
    String refusal = refusal("\"compression\":" + compression, "");
    assertTrue(refusal.contains(sentence), refusal);
  }

  @ParameterizedTest
  @CsvSource({
    "top-k, median",
    "top-k, trimmed-mean",
    "top-k, bulyan",
    "random-k, median",
    "random-k, trimmed-mean",
    "random-k, bulyan"
  })
  void sparseCodec_withARuleByValue_isRefused(String codec, String rule) {
    String refusal = refusal("\"compression\":\"" + codec + "\",\"rule\":\"" + rule + "\"", "");
    assertTrue(
        refusal.contains("federation.compression: " + codec) && refusal.contains("for " + rule),
        refusal);
  }

  @Test
  void otherCodecs_withARuleByValue_areTaken() {
    for (String codec :
        new String[] {"\"int8\"", "\"int4\"", "{\"name\":\"random-k\",\"mask\":\"shared\"}"}) {
      assertFalse(
          plan("\"rule\":\"median\",\"compression\":" + codec, "")
              .federation()
              .compression()
              .isNone());
    }
  }

  @Test
  void feddyn_withACodec_isRefused() {
    String refusal =
        refusal(
            "\"compression\":\"bf16\",\"weights\":\"uniform\"",
            "\"algorithm\":\"feddyn\",\"optimizer\":{\"name\":\"sgd\"}");
    assertTrue(
        refusal.contains("federation.compression: bf16 (expected: none for feddyn"), refusal);
  }

  @Test
  void scaffold_withACodec_isTaken() {
    Plan plan =
        plan(
            "\"compression\":\"int8\"",
            "\"algorithm\":\"scaffold\",\"optimizer\":{\"name\":\"sgd\"}");
    assertEquals(CodecName.INT8, plan.federation().compression().codec());
  }
}
