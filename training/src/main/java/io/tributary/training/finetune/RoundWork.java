package io.tributary.training.finetune;

import io.tributary.federation.plan.TrainPlan;
import java.util.function.LongSupplier;

/** How much there is to do in one round, and how much of it is done. */
final class RoundWork {
  /** Into how many parts the time of a round is cut for the learning rate's schedule. */
  private static final long TIME_PARTS = 1_000_000;

  private final TrainPlan plan;
  private final int examples;
  private final LongSupplier nanos;
  private final long start;

  /**
   * @param nanos a running clock
   */
  RoundWork(TrainPlan plan, int examples, LongSupplier nanos) {
    this.plan = plan;
    this.examples = examples;
    this.nanos = nanos;
    this.start = nanos.getAsLong();
  }

  /**
   * The optimizer's steps in a round of this plan over so many examples; for a round of a given
   * time the parts in which its schedule counts.
   */
  static long steps(TrainPlan plan, int examples) {
    if (plan.loop().byTime()) {
      return TIME_PARTS;
    }
    return plan.loop().bySteps()
        ? plan.loop().steps()
        : plan.epochs() * stepsOfEpoch(plan, examples);
  }

  private static long stepsOfEpoch(TrainPlan plan, int examples) {
    long batches = (examples + (long) plan.batchSize() - 1) / plan.batchSize();
    return (batches + plan.loop().accumulate() - 1) / plan.loop().accumulate();
  }

  /** Whether another step begins; the first always does, so that there is something to send. */
  boolean goesOn(int epoch, long steps) {
    if (steps == 0) {
      return true;
    }
    if (plan.loop().byTime()) {
      return elapsed() < plan.loop().time().toNanos();
    }
    return plan.loop().bySteps() ? steps < plan.loop().steps() : epoch < plan.epochs();
  }

  /** Where the schedule stands: the steps done, or the parts of the time. */
  long position(long steps) {
    if (!plan.loop().byTime()) {
      return steps;
    }
    double share = (double) elapsed() / plan.loop().time().toNanos();
    return (long) (Math.min(1, share) * (TIME_PARTS - 1));
  }

  /** Examples of the whole round, epochs counted; for a given time as many as it looks like. */
  long total(long done, long steps) {
    if (plan.loop().byTime()) {
      double share = Math.max(1e-9, (double) elapsed() / plan.loop().time().toNanos());
      return Math.max(done, (long) (done / Math.min(1, share)));
    }
    if (plan.loop().bySteps()) {
      return Math.max(done, Math.round((double) done / Math.max(1, steps) * plan.loop().steps()));
    }
    return (long) plan.epochs() * examples;
  }

  long elapsed() {
    return nanos.getAsLong() - start;
  }
}
