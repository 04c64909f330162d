package io.tributary.training.finetune;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.plan.SchedulePlan;
import io.tributary.federation.plan.ScheduleSpan;

/**
 * The learning rate of every step: linear warm-up, then as the schedule says, in the formulas of
 * transformers' {@code get_constant_schedule_with_warmup}, {@code get_linear_…}, {@code
 * get_cosine_…} and {@code get_polynomial_decay_schedule_with_warmup}. Past the end of the span a
 * cosine rises again, as theirs does; the others stay where they ended.
 *
 * @param peak rate after the warm-up
 * @param warmUp steps of the warm-up
 * @param total steps of the span
 * @param before steps of the span that lie before this round
 */
public record LearningRate(SchedulePlan plan, double peak, long warmUp, long total, long before) {
  public LearningRate {
    requireNonNull(plan, "plan");
  }

  /**
   * The schedule of one round: over the run, step = (round - 1) S + s of rounds times S, or over
   * the round alone. The warm-up has the share of steps the plan says, rounded up, or as many.
   *
   * @param round counted from 1
   * @param stepsPerRound S
   */
  public static LearningRate of(
      SchedulePlan plan, double peak, int round, int rounds, long stepsPerRound) {
    boolean run = plan.span() == ScheduleSpan.RUN;
    long total = run ? rounds * stepsPerRound : stepsPerRound;
    long before = run ? Math.max(0, round - 1) * stepsPerRound : 0;
    long warmUp =
        plan.warmUpSteps() > 0 ? plan.warmUpSteps() : (long) Math.ceil(total * plan.warmUp());
    return new LearningRate(plan, peak, warmUp, total, before);
  }

  /**
   * The rate of one step.
   *
   * @param step of the round, counted from 0
   */
  public double at(long step) {
    long at = before + step;
    if (at < warmUp) {
      return peak * ((double) at / Math.max(1, warmUp));
    }
    double done = (double) (at - warmUp) / Math.max(1, total - warmUp);
    return switch (plan.name()) {
      case CONSTANT -> peak;
      case LINEAR -> peak * Math.max(0.0, (double) (total - at) / Math.max(1, total - warmUp));
      case COSINE ->
          peak * Math.max(0.0, 0.5 * (1.0 + Math.cos(Math.PI * plan.cycles() * 2.0 * done)));
      case POLYNOMIAL -> polynomial(at);
    };
  }

  private double polynomial(long at) {
    if (at > total) {
      return plan.end();
    }
    double left = 1 - (double) (at - warmUp) / Math.max(1, total - warmUp);
    return (peak - plan.end()) * Math.pow(left, plan.power()) + plan.end();
  }
}
