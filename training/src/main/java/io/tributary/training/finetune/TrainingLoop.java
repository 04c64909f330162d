package io.tributary.training.finetune;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.training.model.DropoutMasks;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import io.tributary.training.worker.Progress;
import io.tributary.training.worker.ProgressListener;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** The steps of one round on one live model. */
final class TrainingLoop implements AutoCloseable {
  private static final double NORM_GUARD = 1e-6;
  private static final double NANOS = 1e9;

  private final LiveModel model;
  private final Optimizer optimizer;
  private final TrainPlan plan;
  private final LearningRate rate;
  private final TorchScope scope;
  private final LocalAlgorithm algorithm;
  private final List<Double> rates = new ArrayList<>();
  private final Tensor gradients;
  private final List<Tensor> sum;
  private final BitSet used = new BitSet();
  private long steps;
  private long batches;
  private double lossSum;
  private long done;

  /** Plain steps. */
  TrainingLoop(LiveModel model, TrainPlan plan, LearningRate rate) {
    this(model, plan, rate, LocalAlgorithm.none());
  }

  TrainingLoop(LiveModel model, TrainPlan plan, LearningRate rate, LocalAlgorithm algorithm) {
    this.model = model;
    this.algorithm = algorithm;
    this.plan = plan;
    this.rate = rate;
    scope = model.scope().child();
    gradients = model.parameters().trainable().gradients();
    optimizer = Optimizer.of(plan.optimizer(), scope, model.parameters().trainable());
    sum = plan.loop().accumulate() > 1 ? List.of(scope.floats(gradients.elements())) : List.of();
  }

  /** What the caller gives to follow and to stop a loop. */
  record Watch(ProgressListener listener, BooleanSupplier cancelled, LongSupplier nanos) {}

  /**
   * Does the plan's work.
   *
   * @param order decides the order of the examples
   * @param dropoutKey of the masks
   */
  void run(Inputs inputs, RandomGenerator order, long dropoutKey, Watch watch, Validation judge) {
    var work = new RoundWork(plan, inputs.size(), watch.nanos);
    for (int epoch = 0; work.goesOn(epoch, steps); epoch++) {
      Iterator<int[]> left =
          BatchOrder.epoch(inputs.size(), inputs::length, plan.batchSize(), order).iterator();
      while (left.hasNext() && work.goesOn(epoch, steps)) {
        List<int[]> group = next(left);
        double loss = step(inputs, group, dropoutKey, work.position(steps), watch.cancelled);
        count(group, loss);
        double seconds = Math.max(1, work.elapsed()) / NANOS;
        watch.listener.progressed(
            new Progress(done, work.total(done, steps), done / seconds, loss));
        if (judge.afterStep(steps)) {
          return;
        }
      }
      if (!left.hasNext() && judge.afterEpoch(steps)) {
        return;
      }
    }
    judge.atEnd(steps);
  }

  private List<int[]> next(Iterator<int[]> left) {
    List<int[]> group = new ArrayList<>();
    while (left.hasNext() && group.size() < plan.loop().accumulate()) {
      group.add(left.next());
    }
    return group;
  }

  private void count(List<int[]> group, double loss) {
    for (int[] batch : group) {
      done += batch.length;
      lossSum += loss * batch.length;
      for (int example : batch) {
        used.set(example);
      }
    }
  }

  /** One step of one batch; returns the batch's mean loss before it. */
  double step(Inputs inputs, int[] batch, long dropoutKey) {
    return step(inputs, List.of(batch), dropoutKey, steps, () -> false);
  }

  private double step(
      Inputs inputs, List<int[]> group, long dropoutKey, long position, BooleanSupplier cancelled) {
    double[] sums = gradients(inputs, group, dropoutKey, cancelled);
    double whole = sums[0];
    algorithm.beforeStep(whole);
    double at = rate.at(position);
    optimizer.step(at, divisor(whole));
    algorithm.afterStep(at, () -> divisor(gradients(inputs, group, dropoutKey, cancelled)[0]));
    rates.add(at);
    steps++;
    return sums[1] / whole;
  }

  /**
   * Puts the sum of the gradients of a group's batches into the gradient memory.
   *
   * @return what it must be divided by to be a mean, and the sum of the losses
   */
  private double[] gradients(
      Inputs inputs, List<int[]> group, long dropoutKey, BooleanSupplier cancelled) {
    double weights = 0;
    double losses = 0;
    for (int i = 0; i < group.size(); i++) {
      if (cancelled.getAsBoolean()) {
        throw new FederationException(
            ErrorKind.CANCELLED, "training: cancelled after " + steps + " steps.");
      }
      double loss = gradients(inputs, group.get(i), dropoutKey);
      double weight = group.size() == 1 ? 1 : model.weight(inputs, group.get(i));
      if (group.size() > 1) {
        boolean last = i == group.size() - 1;
        scope.run(
            last ? "finish_accumulation" : "accumulate",
            last ? gradients : sum.get(0),
            last ? sum.get(0) : gradients,
            weight);
      }
      weights += weight;
      losses += weight * loss;
    }
    return new double[] {weights == 0 ? 1 : weights, losses};
  }

  private double gradients(Inputs inputs, int[] batch, long dropoutKey) {
    double loss = model.gradients(inputs, batch, DropoutMasks.of(dropoutKey, batches));
    if (!Double.isFinite(loss)) {
      throw FederationException.of(
          ErrorKind.WORKER_FAILED,
          "training: loss of step " + (steps + 1),
          loss,
          "a finite number",
          "Lower plan.train.optimizer.learning-rate.");
    }
    batches++;
    return loss;
  }

  /**
   * Clipping by the global norm, torch's formula: gradients times min(1, c / (norm + 1e-6)).
   *
   * @param whole what the gradient memory must be divided by to be a mean
   */
  private double divisor(double whole) {
    return plan.clipNorm() == 0
        ? whole
        : whole * Math.max(1, (norm() / whole + NORM_GUARD) / plan.clipNorm());
  }

  /** Global L2 norm of the gradient memory, before clipping. */
  double norm() {
    return scope.number("norm", gradients);
  }

  Optimizer optimizer() {
    return optimizer;
  }

  long steps() {
    return steps;
  }

  /** The sum of the learning rates of the first steps. */
  double rates(long first) {
    return rates.stream().limit(first).mapToDouble(Double::doubleValue).sum();
  }

  /** How many different examples were worked through. */
  int examples() {
    return used.cardinality();
  }

  /** Mean loss over all examples worked through. */
  double meanLoss() {
    return lossSum / Math.max(1, done);
  }

  @Override
  public void close() {
    optimizer.close();
    scope.close();
  }
}
