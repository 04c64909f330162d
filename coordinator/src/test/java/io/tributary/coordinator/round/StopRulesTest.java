package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Rounds, patience, target, best. */
final class StopRulesTest {
  private static Optional<CompletionReason> judge(Plan plan, double... macroF1) {
    List<RoundRecord> rounds = new ArrayList<>();
    for (int round = 0; round < macroF1.length; round++) {
      rounds.add(Plans.round(round, Plans.figures(macroF1[round])));
    }
    return StopRules.judge(plan, rounds);
  }

  private static Plan plan(String... changes) {
    Map<String, String> map = new TreeMap<>(Map.of("federation.rounds", "9"));
    for (int i = 0; i < changes.length; i += 2) {
      map.put(changes[i], changes[i + 1]);
    }
    return Plans.plan(map);
  }

  @Test
  void rounds_done_ends() {
    assertEquals(Optional.empty(), judge(plan("federation.rounds", "2"), 0.1, 0.2));
    assertEquals(
        Optional.of(CompletionReason.ROUNDS), judge(plan("federation.rounds", "2"), 0.1, 0.2, 0.3));
  }

  @Test
  void patience_countsRoundsWithoutEnoughGain() {
    Plan plan = plan("evaluation.stop.patience", "2", "evaluation.stop.min-delta", "0.125");
    assertEquals(Optional.empty(), judge(plan, 0.5));
    assertEquals(Optional.empty(), judge(plan, 0.5, 0.5625));
    assertEquals(Optional.of(CompletionReason.PATIENCE), judge(plan, 0.5, 0.5625, 0.6));
    assertEquals(
        Optional.of(CompletionReason.PATIENCE), judge(plan, 0.5, 0.5625, 0.625), "not more than");
    assertEquals(Optional.empty(), judge(plan, 0.5, 0.5625, 0.6875), "small gains add up");
    assertEquals(Optional.empty(), judge(plan, 0.5, 0.4, 0.7, 0.7));
    assertEquals(Optional.of(CompletionReason.PATIENCE), judge(plan, 0.5, 0.4, 0.7, 0.7, 0.7));
  }

  @Test
  void target_reached_endsAndOutranksTheOthers() {
    Plan plan = plan("evaluation.stop.target", "0.7", "federation.rounds", "1");
    assertEquals(Optional.empty(), judge(plan, 0.69));
    assertEquals(Optional.of(CompletionReason.TARGET), judge(plan, 0.7));
    assertEquals(Optional.of(CompletionReason.TARGET), judge(plan, 0.1, 0.8));
    assertEquals(Optional.of(CompletionReason.ROUNDS), judge(plan, 0.1, 0.69));
  }

  @Test
  void minimize_lessIsBetter() {
    Plan plan =
        plan(
            "evaluation.choose.metric",
            "\"loss\"",
            "evaluation.choose.direction",
            "\"minimize\"",
            "evaluation.stop.target",
            "1.25");
    assertEquals(Optional.of(CompletionReason.TARGET), judge(plan, 0.1));
    var best = new Best(0, Plans.checkpoint("c"), 1.0);
    assertTrue(StopRules.better(plan.evaluation(), 0.9, Optional.of(best)));
    assertFalse(StopRules.better(plan.evaluation(), 1.0, Optional.of(best)));
    assertFalse(StopRules.better(plan.evaluation(), 1.1, Optional.of(best)));
    assertTrue(StopRules.better(plan.evaluation(), 9, Optional.empty()));
  }

  @Test
  void accuracy_isAMetricToo() {
    Plan plan = plan("evaluation.choose.metric", "\"accuracy\"");
    assertEquals(0.4, StopRules.figure(plan.evaluation(), record(0.4)));
  }

  @Test
  void metric_outOfTheThree_comesFromTheMapAndThroughTheJournal() {
    Plan plan = plan("evaluation.choose.metric", "\"mcc\"");
    var metrics = new TreeMap<>(Map.of("mcc", MetricFigure.of(0.3)));
    metrics.put("accuracy", new MetricFigure(0.5, Optional.of(new MetricFigure.Ends(0.4, 0.6))));
    var figures = new Figures(1, 9, 0.5, 0.4, 0.6, 0.1, List.of(), metrics);
    assertEquals(0.3, figures.of(plan.evaluation().metric()));
    assertEquals(
        figures,
        Figures.parse(Fields.of("figures", JsonReader.read(figures.toJson().canonical()))));
  }

  /** Figures of a task without labels: what is not a number is not written, and comes back so. */
  @Test
  void figures_withoutAccuracy_throughTheJournal() {
    var figures =
        new Figures(
            3,
            0.25,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            List.of(),
            new TreeMap<>(Map.of("rmse", MetricFigure.of(0.5))));
    String json = figures.toJson().canonical();
    assertFalse(json.contains("accuracy"), json);
    assertEquals(figures, Figures.parse(Fields.of("figures", JsonReader.read(json))));
    assertTrue(figures.finite());
  }

  @Test
  void notANumber_isNeverBetterAndAlwaysBeaten() {
    Plan plan = plan("evaluation.choose.metric", "\"mcc\"");
    var best = new Best(0, Plans.checkpoint("c"), 0.1);
    assertFalse(StopRules.better(plan.evaluation(), Double.NaN, Optional.of(best)));
    var none = new Best(0, Plans.checkpoint("c"), Double.NaN);
    assertTrue(StopRules.better(plan.evaluation(), -0.9, Optional.of(none)));
    assertFalse(StopRules.better(plan.evaluation(), Double.NaN, Optional.of(none)));
  }

  private static RoundRecord record(double accuracy) {
    return Plans.round(0, new Figures(1, 9, accuracy, 0, 1, 0.1, List.of()));
  }

  @Test
  void best_inARun_movesOnlyForward() {
    var table = new Table();
    table.take(
        new RoundEvent.RunAsked(
            Plans.spec("t-1", Plans.plan(Map.of("federation.rounds", "3")), false)));
    table.joined("n1", "n2").evaluate(0.3);
    double[] figures = {0.2, 0.5, 0.5};
    int[] best = {0, 2, 2};
    for (int round = 1; round <= 3; round++) {
      table.count("n1", "n2").aggregate().evaluate(figures[round - 1]);
      assertEquals(best[round - 1], table.run().best().orElseThrow().round());
    }
    assertEquals(Plans.checkpoint("t-1/2"), table.run().best().orElseThrow().checkpoint());
    assertEquals(Plans.checkpoint("t-1/3"), table.run().current());
  }
}
