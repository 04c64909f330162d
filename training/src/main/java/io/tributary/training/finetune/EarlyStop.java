package io.tributary.training.finetune;

import io.tributary.federation.plan.EarlyStopPlan;

/**
 * Judges the validations of one round: which is best, and whether the work ends. Patience counts
 * validations without an improvement of more than the least; the best is the best at all, the first
 * of equals.
 */
final class EarlyStop {
  private final EarlyStopPlan plan;
  private double best = Double.NaN;
  private double reference = Double.NaN;
  private boolean any;
  private int idle;

  EarlyStop(EarlyStopPlan plan) {
    this.plan = plan;
  }

  /** Takes a figure; whether it is the best so far. */
  boolean take(double figure) {
    boolean better = !any || plan.gain(best, figure) > 0;
    boolean enough = !any || plan.gain(reference, figure) > plan.minDelta();
    any = true;
    if (better) {
      best = figure;
    }
    if (enough) {
      reference = figure;
      idle = 0;
    } else {
      idle++;
    }
    return better;
  }

  /** Whether patience is at its end. */
  boolean over() {
    return idle >= plan.patience();
  }

  /** The best figure; NaN before any. */
  double best() {
    return best;
  }
}
