package io.tributary.training.finetune;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.training.model.DropoutMasks;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.worker.Progress;
import io.tributary.training.worker.ProgressListener;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** The steps of one round on one live model. */
final class TrainingLoop {
  private static final double NORM_GUARD = 1e-6;
  private static final double NANOS = 1e9;

  private final LiveModel model;
  private final Optimizer optimizer;
  private final TrainPlan plan;
  private final LearningRate rate;
  private long steps;
  private double lossSum;
  private long done;

  TrainingLoop(LiveModel model, TrainPlan plan, LearningRate rate) {
    this.model = model;
    this.plan = plan;
    this.rate = rate;
    optimizer = Optimizer.of(plan.optimizer(), model.scope(), model.parameters().trainable());
  }

  /** What the caller gives to follow and to stop a loop. */
  record Watch(ProgressListener listener, BooleanSupplier cancelled, LongSupplier nanos) {}

  /**
   * Runs the plan's epochs.
   *
   * @param order decides the order of the examples
   * @param dropoutKey of the masks
   */
  void run(Inputs inputs, RandomGenerator order, long dropoutKey, Watch watch) {
    long total = (long) plan.epochs() * inputs.size();
    long start = watch.nanos.getAsLong();
    for (int epoch = 0; epoch < plan.epochs(); epoch++) {
      for (int[] batch : BatchOrder.epoch(inputs.size(), inputs::length, plan.batchSize(), order)) {
        if (watch.cancelled.getAsBoolean()) {
          throw new FederationException(
              ErrorKind.CANCELLED, "training: cancelled after " + steps + " steps.");
        }
        double loss = step(inputs, batch, dropoutKey);
        done += batch.length;
        lossSum += loss * batch.length;
        double seconds = Math.max(1, watch.nanos.getAsLong() - start) / NANOS;
        watch.listener.progressed(new Progress(done, total, done / seconds, loss));
      }
    }
  }

  /** One step; returns the batch's mean loss before it. */
  double step(Inputs inputs, int[] batch, long dropoutKey) {
    double loss = model.gradients(inputs, batch, DropoutMasks.of(dropoutKey, steps));
    if (!Double.isFinite(loss)) {
      throw FederationException.of(
          ErrorKind.WORKER_FAILED,
          "training: loss of step " + (steps + 1),
          loss,
          "a finite number",
          "Lower plan.train.optimizer.learning-rate.");
    }
    optimizer.step(rate.at(steps), divisor());
    steps++;
    return loss;
  }

  /** Clipping by the global norm, torch's formula: gradients times min(1, c / (norm + 1e-6)). */
  private double divisor() {
    return plan.clipNorm() == 0 ? 1 : Math.max(1, (norm() + NORM_GUARD) / plan.clipNorm());
  }

  /** Global L2 norm of the gradients, before clipping. */
  double norm() {
    return model.scope().number("norm", model.parameters().trainable().gradients());
  }

  Optimizer optimizer() {
    return optimizer;
  }

  long steps() {
    return steps;
  }

  /** Mean loss over all examples worked through. */
  double meanLoss() {
    return lossSum / Math.max(1, done);
  }
}
