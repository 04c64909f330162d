package io.tributary.coordinator.round;

import io.tributary.federation.plan.Direction;
import io.tributary.federation.plan.EvaluationPlan;
import io.tributary.federation.plan.Metric;
import io.tributary.federation.plan.Plan;
import java.util.List;
import java.util.Optional;

/** Judges committed rounds, round 0 included: which is best, and whether the run goes on. */
final class StopRules {
  private StopRules() {}

  /** Why no further round opens; empty: one does. The target outranks patience and rounds. */
  static Optional<CompletionReason> judge(Plan plan, List<RoundRecord> rounds) {
    EvaluationPlan evaluation = plan.evaluation();
    double newest = figure(evaluation, rounds.get(rounds.size() - 1));
    if (evaluation.target().filter(target -> reached(evaluation, newest, target)).isPresent()) {
      return Optional.of(CompletionReason.TARGET);
    }
    if (rounds.get(rounds.size() - 1).round() >= plan.federation().rounds()) {
      return Optional.of(CompletionReason.ROUNDS);
    }
    return evaluation
        .patience()
        .filter(patience -> idleRounds(evaluation, rounds) >= patience)
        .map(patience -> CompletionReason.PATIENCE);
  }

  /** Whether a figure is better than the best so far; the first one always is. */
  static boolean better(EvaluationPlan plan, double figure, Optional<Best> best) {
    return best.isEmpty() || gain(plan, best.get().figure(), figure) > 0;
  }

  /** The figure that chooses, of the place that does. */
  static double figure(EvaluationPlan plan, RoundRecord round) {
    Metric metric = plan.metric();
    return plan.places().sitesChoose()
        ? round
            .sites()
            .flatMap(SitesRecord::together)
            .map(figures -> figures.of(metric))
            .orElse(Double.NaN)
        : round.figures().of(metric);
  }

  /** Rounds since the last that beat all before it by more than min-delta. */
  private static int idleRounds(EvaluationPlan plan, List<RoundRecord> rounds) {
    double reference = figure(plan, rounds.get(0));
    int idle = 0;
    for (RoundRecord round : rounds.subList(1, rounds.size())) {
      double figure = figure(plan, round);
      if (gain(plan, reference, figure) > plan.minDelta()) {
        reference = figure;
        idle = 0;
      } else {
        idle++;
      }
    }
    return idle;
  }

  private static boolean reached(EvaluationPlan plan, double figure, double target) {
    return gain(plan, target, figure) >= 0;
  }

  /** How much better one figure is; what is not a number is worse than any that is. */
  private static double gain(EvaluationPlan plan, double from, double to) {
    if (Double.isNaN(from) || Double.isNaN(to)) {
      return Double.isNaN(to) ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return plan.direction() == Direction.MAXIMIZE ? to - from : from - to;
  }
}
