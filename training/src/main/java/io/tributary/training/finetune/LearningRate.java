package io.tributary.training.finetune;

import io.tributary.federation.plan.ScheduleName;
import io.tributary.federation.plan.SchedulePlan;
import io.tributary.federation.plan.ScheduleSpan;

/**
 * The learning rate of every step: linear warm-up, then constant or linear to zero, as
 * transformers' {@code get_constant_schedule_with_warmup} and {@code
 * get_linear_schedule_with_warmup} compute it.
 *
 * @param peak rate after the warm-up
 * @param warmUp steps of the warm-up
 * @param total steps of the span
 * @param before steps of the span that lie before this round
 */
public record LearningRate(ScheduleName name, double peak, long warmUp, long total, long before) {
  /**
   * The schedule of one round: over the run, step = (round - 1) S + s of rounds times S, or over
   * the round alone. The warm-up has the share of steps the plan says, rounded up.
   *
   * @param round counted from 1
   * @param stepsPerRound S
   */
  public static LearningRate of(
      SchedulePlan plan, double peak, int round, int rounds, long stepsPerRound) {
    boolean run = plan.span() == ScheduleSpan.RUN;
    long total = run ? rounds * stepsPerRound : stepsPerRound;
    long before = run ? Math.max(0, round - 1) * stepsPerRound : 0;
    return new LearningRate(
        plan.name(), peak, (long) Math.ceil(total * plan.warmUp()), total, before);
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
    if (name == ScheduleName.CONSTANT) {
      return peak;
    }
    return peak * Math.max(0.0, (double) (total - at) / Math.max(1, total - warmUp));
  }
}
