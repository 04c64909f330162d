package io.tributary.federation.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.settings.Settings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where candidates are evaluated, and whose figures choose. */
class EvaluationPlacesTest {
  private static Plan plan(String evaluation, String train) {
    return Plan.read(
        Settings.of(
            "plan.yaml",
            JsonReader.read(
                "{\"name\":\"p\",\"model\":{\"base\":\"m\",\"labels\":[\"a\",\"b\"]},\"train\":{"
                    + train
                    + "},\"evaluation\":{"
                    + evaluation
                    + "}}")));
  }

  private static EvaluationPlaces places(String evaluation) {
    return plan(evaluation, "").evaluation().places();
  }

  private static String refusal(String evaluation, String train) {
    return assertThrows(FederationException.class, () -> plan(evaluation, train)).sentence();
  }

  @Test
  void nothingWritten_isCentral_andTheCanonicalFormIsAsItWas() {
    assertEquals(EvaluationPlaces.CENTRAL, places(""));
    assertEquals(
        "{\"batch-size\":64,\"choose\":{\"direction\":\"maximize\",\"metric\":\"macro-f1\"},"
            + "\"stop\":{\"min-delta\":0},\"where\":\"central\"}",
        plan("", "").evaluation().toJson().canonical());
    assertTrue(places("").atCentre());
    assertFalse(places("").atSites());
    assertFalse(places("").sitesChoose());
  }

  @Test
  void sites_chooseWhereOnlyTheyEvaluate() {
    EvaluationPlaces places = places("\"where\":\"sites\"");
    assertTrue(places.sitesChoose() && places.atSites());
    assertFalse(places.atCentre());
  }

  @Test
  void both_theCoordinatorChoosesUnlessItIsWritten() {
    assertFalse(places("\"where\":\"both\"").sitesChoose());
    EvaluationPlaces written =
        places(
            "\"where\":\"both\",\"choose\":{\"by\":\"sites\"},"
                + "\"sites\":{\"quorum\":3,\"deadline\":\"90s\"}");
    assertTrue(written.sitesChoose() && written.atCentre());
    assertEquals(3, written.quorum());
    assertEquals(Duration.ofSeconds(90), written.deadline());
  }

  @Test
  void everyForm_isReadBackAsItWasWritten() {
    for (String form :
        List.of(
            "\"where\":\"sites\",\"sites\":{\"quorum\":2}",
            "\"where\":\"both\"",
            "\"where\":\"both\",\"choose\":{\"by\":\"sites\"}")) {
      Plan plan = plan(form, "");
      assertEquals(plan, Plan.parse(plan.toJson().canonical()), form);
    }
  }

  @Test
  void whatDoesNotGoTogether_isRefused() {
    assertTrue(refusal("\"where\":\"everywhere\"", "").contains("central, sites, both"));
    assertTrue(refusal("\"choose\":{\"by\":\"sites\"}", "").contains("central where central"));
    assertTrue(
        refusal("\"where\":\"sites\",\"choose\":{\"by\":\"central\"}", "")
            .contains("sites where sites"));
    assertTrue(refusal("\"sites\":{\"quorum\":2}", "").contains("where: sites or both"));
    assertTrue(
        refusal("\"where\":\"sites\",\"sites\":{\"deadline\":\"0s\"}", "")
            .contains("longer than nothing"));
    assertTrue(
        refusal("\"where\":\"both\"", "\"personal\":\"fedper\"").contains("central for fedper"));
    plan("\"where\":\"both\"", "\"personal\":{\"name\":\"ditto\"}");
  }

  @Test
  void metricThatNeedsAllPredictions_doesNotChooseAtSites() {
    String metric = "\"choose\":{\"metric\":\"roc-auc\"}";
    assertTrue(refusal("\"where\":\"sites\"," + metric, "").contains("add up over sites; roc-auc"));
    plan("\"where\":\"both\"," + metric, "");
    plan(metric, "");
  }

  @Test
  void metrics_thatAddUp_areAllButThoseOfRanks() {
    assertEquals(
        List.of(
            Metric.ROC_AUC,
            Metric.PR_AUC,
            Metric.ROC_AUC_MICRO,
            Metric.PR_AUC_MICRO,
            Metric.SPEARMAN),
        Arrays.stream(Metric.values()).filter(metric -> !metric.addsUp()).toList());
    assertTrue(Metric.MACRO_F1.needsLabelCounts());
    assertTrue(Metric.ENTITY_F1.needsLabelCounts());
    assertFalse(Metric.ACCURACY.needsLabelCounts());
    assertFalse(Metric.RMSE.needsLabelCounts());
    assertFalse(Metric.ROC_AUC.needsLabelCounts());
  }
}
