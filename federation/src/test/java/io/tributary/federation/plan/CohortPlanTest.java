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

/** How many are asked, and which sections of a plan are refused. */
class CohortPlanTest {
  private static final String NODES = "\"nodes\":[\"a\",\"b\",\"c\",\"d\",\"e\"]";

  private static Plan plan(boolean deterministic, String cohort) {
    return Plan.read(
        Settings.of(
            "plan.yaml",
            JsonReader.read(
                "{\"name\":\"p\",\"deterministic\":"
                    + deterministic
                    + ",\"model\":{\"base\":\"m\",\"labels\":[\"a\",\"b\"]},\"federation\":{\"cohort\":{"
                    + cohort
                    + "}}}")));
  }

  private static CohortPlan cohort(String body) {
    return plan(false, body).federation().cohort();
  }

  private static String refusal(boolean deterministic, String body) {
    return assertThrows(FederationException.class, () -> plan(deterministic, body)).sentence();
  }

  @Test
  void keysThatAreNotWritten_areNotInTheCanonicalForm() {
    String json = plan(true, "\"quorum\":2").federation().cohort().toJson().canonical();
    assertEquals("{\"fraction\":1,\"nodes\":[],\"quorum\":2}", json);
  }

  @Test
  void everyKey_isReadAndWritten() {
    CohortPlan cohort =
        cohort(
            "\"size\":3,\"quorum\":2,\"kind\":\"power-of-choice\",\"candidates\":6,\"floor\":4,"
                + "\"over-select\":1.5,\"close-at\":2");
    assertEquals(Optional.of(3), cohort.size());
    assertEquals(CohortKind.POWER_OF_CHOICE, cohort.kind());
    assertEquals(Optional.of(6), cohort.candidates());
    assertEquals(Optional.of(4), cohort.floor());
    assertEquals(1.5, cohort.overSelect());
    assertEquals(Optional.of(2), cohort.closeAt());
    Plan plan = plan(false, "\"size\":3,\"close-at\":2,\"kind\":\"by-size\"");
    assertEquals(plan, Plan.parse(plan.toJson().canonical()));
    assertEquals(
        cohort,
        Plan.parse(plan(false, cohortJson(cohort)).toJson().canonical()).federation().cohort());
  }

  private static String cohortJson(CohortPlan cohort) {
    String json = cohort.toJson().canonical();
    return json.substring(1, json.length() - 1);
  }

  @ParameterizedTest
  @CsvSource({
    // eligible, fraction, over-select -> wanted, asked
    "100, 0.1, 1, 10, 10",
    "100, 0.1, 1.3, 10, 13",
    "30, 1, 1.1, 30, 30",
    "300, 0.1, 1.1, 30, 33",
    "10, 0.15, 1.5, 2, 3",
    "3, 0.1, 1, 2, 2",
    "1, 1, 2, 1, 1",
  })
  void askedAndWanted_roundUpAndKeepToTheEligible(
      int eligible, double fraction, double factor, int wanted, int asked) {
    CohortPlan cohort =
        cohort("\"quorum\":2,\"fraction\":" + fraction + ",\"over-select\":" + factor);
    assertEquals(wanted, cohort.wanted(eligible));
    assertEquals(asked, cohort.asked(eligible));
    assertEquals(factor > 1 ? Math.min(wanted, asked) : asked, cohort.target(eligible, asked));
  }

  @Test
  void size_isTheNumberOfUpdatesWanted() {
    CohortPlan cohort = cohort("\"size\":4,\"over-select\":1.5");
    assertEquals(4, cohort.wanted(100));
    assertEquals(6, cohort.asked(100));
    assertEquals(4, cohort.target(100, 6));
    assertEquals(3, cohort.wanted(3));
    assertTrue(cohort.closesEarly());
  }

  @Test
  void closeAt_closesAWholeCohortEarly() {
    CohortPlan cohort = cohort("\"quorum\":2,\"close-at\":3");
    assertEquals(5, cohort.asked(5));
    assertEquals(3, cohort.target(5, 5));
    assertEquals(2, cohort.target(2, 2));
    assertFalse(cohort("\"quorum\":2").closesEarly());
  }

  @Test
  void repeatability_refusesWhatHangsOnTime() {
    assertTrue(refusal(true, "\"over-select\":1.5").contains("cohort.over-select: 1.5"));
    assertTrue(refusal(true, "\"over-select\":1.5").contains("which updates come first"));
    assertTrue(refusal(true, "\"close-at\":2").contains("deterministic: false"));
    assertTrue(refusal(true, "\"kind\":\"by-availability\"").contains("answers in time"));
    plan(true, "\"kind\":\"by-size\"," + NODES);
    plan(true, "\"kind\":\"power-of-choice\",\"size\":2," + NODES);
  }

  @Test
  void sizesThatContradict_areRefused() {
    assertTrue(refusal(false, "\"size\":3,\"fraction\":0.5").contains("either size or fraction"));
    assertTrue(refusal(false, "\"size\":1,\"quorum\":2").contains("at least the quorum, 2"));
    assertTrue(refusal(false, "\"size\":6," + NODES).contains("at most the 5 nodes named"));
    assertTrue(refusal(false, "\"close-at\":1,\"quorum\":2").contains("at least the quorum, 2"));
    assertTrue(refusal(false, "\"close-at\":5,\"size\":4").contains("at most the 4 nodes"));
    assertTrue(refusal(false, "\"close-at\":6," + NODES).contains("at most the 5 nodes"));
    cohort("\"close-at\":6,\"size\":4,\"over-select\":1.5");
  }

  @Test
  void candidates_belongToPowerOfChoice() {
    assertTrue(refusal(false, "\"candidates\":3").contains("which has no losses"));
    assertTrue(
        refusal(false, "\"kind\":\"power-of-choice\",\"size\":4,\"candidates\":3")
            .contains("at least the 4 nodes"));
    cohort("\"kind\":\"power-of-choice\",\"size\":4,\"candidates\":4");
  }

  @Test
  void floor_thatNamedNodesCanNotHold_isRefused() {
    // five nodes at two a round take three rounds: a node may go unasked for two
    assertTrue(refusal(false, "\"size\":2,\"floor\":1," + NODES).contains("at least 2"));
    cohort("\"size\":2,\"floor\":2," + NODES);
    cohort("\"size\":2,\"over-select\":1.5,\"floor\":1," + NODES);
  }

  @Test
  void kind_unknown_isRefused() {
    assertTrue(refusal(false, "\"kind\":\"by-luck\"").contains("power-of-choice"));
  }
}
