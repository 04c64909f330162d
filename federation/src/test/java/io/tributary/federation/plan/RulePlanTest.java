package io.tributary.federation.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.settings.Settings;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The two forms of {@code federation.rule} and {@code federation.server-optimizer}. */
class RulePlanTest {
  /** Of the plan with all defaults, as the version before this one had it. */
  private static final String OLD_DIGEST =
      "sha256:300538e3710ee8b575377abcab2c9ae3795bb9a9abf297f15caf9b3ed78b3ee3";

  private static Plan plan(String federation) {
    String json =
        "{\"name\":\"p\",\"model\":{\"base\":\"m\",\"labels\":[\"a\",\"b\"]},\"federation\":"
            + federation
            + "}";
    return Plan.read(Settings.of("plan.yaml", JsonReader.read(json)));
  }

  private static RulePlan rule(String form) {
    return plan("{\"rule\":" + form + "}").federation().rule();
  }

  private static void assertRefused(String federation, String expected) {
    var refused = assertThrows(FederationException.class, () -> plan(federation));
    assertEquals(ErrorKind.INVALID_CONFIG, refused.kind());
    assertTrue(refused.sentence().contains(expected), refused.sentence());
  }

  @Test
  void digest_ofPlansThatNameTheDefaults_isWhatItWas() {
    assertEquals(OLD_DIGEST, plan("{}").digest().toString());
    assertEquals(
        OLD_DIGEST,
        plan("{\"rule\":{\"name\":\"weighted-mean\"},\"server-optimizer\":{\"name\":\"none\"}}")
            .digest()
            .toString());
    assertNotEquals(OLD_DIGEST, plan("{\"rule\":\"median\"}").digest().toString());
  }

  @ParameterizedTest
  @EnumSource(RuleName.class)
  void rule_nameAlone_isTheNameWithItsDefaults(RuleName name) {
    RulePlan alone = rule("\"" + name.token() + "\"");
    assertEquals(alone, rule("{\"name\":\"" + name.token() + "\"}"));
    assertEquals(alone, rule(alone.toJson().canonical()), "a resolved plan is read again");
    assertEquals(Optional.of(name), alone.known());
    assertEquals(
        name.options().stream().filter(PlanOption::written).count(),
        alone.options().values().size());
  }

  /** As it was written before there was an option {@code keep}. */
  @Test
  void rule_multiKrumThatKeepsNMinusF_isWrittenWithoutIt() {
    String old = "{\"byzantine\":1,\"name\":\"multi-krum\"}";
    assertEquals(old, rule("\"multi-krum\"").toJson().canonical());
    assertEquals(old, rule("{\"name\":\"multi-krum\",\"keep\":\"n-f\"}").toJson().canonical());
    assertEquals(
        "{\"byzantine\":1,\"keep\":2,\"name\":\"multi-krum\"}",
        rule("{\"name\":\"multi-krum\",\"keep\":2}").toJson().canonical());
  }

  @ParameterizedTest
  @EnumSource(ServerOptimizerName.class)
  void serverOptimizer_nameAlone_isTheNameWithItsDefaults(ServerOptimizerName name) {
    Plan alone = plan("{\"server-optimizer\":\"" + name.token() + "\"}");
    assertEquals(alone, plan("{\"server-optimizer\":{\"name\":\"" + name.token() + "\"}}"));
    assertEquals(alone, Plan.parse(alone.toJson().canonical()));
    assertEquals(name, alone.federation().serverOptimizer().name());
  }

  @Test
  void options_given_areWrittenIntoTheResolvedPlan() {
    String json =
        plan("{\"rule\":{\"name\":\"trimmed-mean\",\"trim\":0.1},"
                + "\"server-optimizer\":{\"name\":\"fedadam\",\"learning-rate\":0.1}}")
            .toJson()
            .canonical();
    assertTrue(json.contains("\"rule\":{\"name\":\"trimmed-mean\",\"trim\":0.1}"), json);
    assertTrue(
        json.contains(
            "\"server-optimizer\":{\"beta1\":0.9,\"beta2\":0.99,\"epsilon\":0.001,"
                + "\"learning-rate\":0.1,\"name\":\"fedadam\"}"),
        json);
  }

  @Test
  void options_areNumbersOrTheirWord() {
    PlanOptions options = rule("\"norm-clipping\"").options();
    assertEquals(Optional.empty(), options.optionalNumber("norm"));
    assertEquals(
        Optional.empty(),
        rule("{\"name\":\"norm-clipping\",\"norm\":\"median\"}").options().optionalNumber("norm"));
    assertEquals(2.5, rule("{\"name\":\"norm-clipping\",\"norm\":2.5}").options().number("norm"));
    assertEquals(2, rule("{\"name\":\"bulyan\",\"byzantine\":2}").options().whole("byzantine"));
    assertThrows(IllegalArgumentException.class, () -> options.number("norm"));
    assertEquals(Optional.empty(), rule("\"multi-krum\"").options().optionalWhole("keep"));
    assertEquals(
        Optional.of(3),
        rule("{\"name\":\"multi-krum\",\"keep\":3}").options().optionalWhole("keep"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"rule\":\"medain\"} | plan.yaml: federation.rule.name: medain, near median (expected: one of",
        "{\"rule\":{\"name\":\"trimmed-mean\",\"trin\":0.1}} | rule.trin: unknown key (expected: name, trim). Did you mean \"trim\"?",
        "{\"rule\":{\"name\":\"median\",\"trim\":0.1}} | federation.rule.trim: unknown key (expected: name)",
        "{\"rule\":{\"name\":\"trimmed-mean\",\"trim\":0.5}} | federation.rule.trim: 0.5 (expected: a number from",
        "{\"rule\":{\"name\":\"krum\",\"byzantine\":1.5}} | federation.rule.byzantine: 1.5 (expected: a whole number",
        "{\"rule\":{\"name\":\"multi-krum\",\"keep\":0}} | federation.rule.keep: 0 (expected: a whole number",
        "{\"rule\":{\"name\":\"multi-krum\",\"keep\":\"all\"}} | federation.rule.keep: \"all\" (expected: a whole number",
        "{\"rule\":{\"name\":\"krum\",\"keep\":2}} | federation.rule.keep: unknown key (expected: byzantine, name)",
        "{\"rule\":{\"name\":\"norm-clipping\",\"norm\":\"mean\"}} | federation.rule.norm: \"mean\" (expected: a number",
        "{\"rule\":[\"median\"]} | federation.rule: a list (expected: a text)",
        "{\"rule\":\"Acme.rule\"} | or an own rule's name with a dot",
        "{\"server-optimizer\":\"fedadem\"} | federation.server-optimizer.name: fedadem, near fedadam (expected: one of none",
        "{\"server-optimizer\":{\"name\":\"fedadam\",\"beta\":0.1}} | server-optimizer.beta: unknown key",
        "{\"server-optimizer\":{\"name\":\"none\",\"beta1\":0.1}} | server-optimizer.beta1: unknown key",
        "{\"server-optimizer\":{\"name\":\"fedavgm\",\"momentum\":1}} | momentum: 1.0 (expected: a number from 0 to 0.999999)"
      })
  void forms_thatAreWrong_areRefused(String federation, String expected) {
    assertRefused(federation, expected);
  }

  @Test
  void rule_ofSomebodyElse_keepsItsOptionsAsTheyAre() {
    RulePlan own = rule("{\"name\":\"acme.rule\",\"a\":1,\"b\":{\"c\":[\"x\"]},\"d\":null}");
    assertEquals(Optional.empty(), own.known());
    assertEquals("{\"a\":1,\"b\":{\"c\":[\"x\"]}}", own.options().toJson().canonical());
    assertEquals(own, rule(own.toJson().canonical()));
    assertEquals("\"acme.rule\"", rule("\"acme.rule\"").toJson().canonical());
  }
}
