package io.tributary.training.finetune;

import io.tributary.federation.plan.OptimizerPlan;
import io.tributary.training.model.Trainable;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import java.util.SortedMap;

/**
 * Moves trained numbers against their gradients; two groups: weights, which decay, and biases and
 * norms, which do not. Its state lies in memory of its own, freed when it closes; {@link #state}
 * and {@link #restored} carry it over to another optimizer of the same plan and parameters.
 */
public interface Optimizer extends AutoCloseable {
  /**
   * One step.
   *
   * @param divisor what gradients are divided by first: 1, or more when they are clipped
   */
  void step(double learningRate, double divisor);

  /**
   * What the first steps since the start made of numbers of the decaying group whose gradient was
   * exactly 0 in each of them, in place. Only where {@link #leavesOutUnused}.
   *
   * @param steps how many of the steps since this optimizer was made
   */
  void replayWithoutGradient(float[] numbers, int count, long steps);

  /** Everything it remembers of earlier steps but their count, live, by name. */
  SortedMap<String, Tensor> state();

  /** How many steps it knows of, those before a restoration included. */
  long steps();

  /**
   * Goes on from a state that was put into {@link #state}'s tensors.
   *
   * @param steps of that state
   */
  void restored(long steps);

  @Override
  void close();

  /** The optimizer of a plan, fresh. */
  static Optimizer of(OptimizerPlan plan, TorchScope scope, Trainable trainable) {
    return of(plan, scope, trainable, 0);
  }

  /**
   * An optimizer with a choice that plans do not have, for comparisons.
   *
   * @param plainDecay decay of the group that does not decay in plans
   */
  static Optimizer of(
      OptimizerPlan plan, TorchScope scope, Trainable trainable, double plainDecay) {
    TorchScope own = scope.child();
    return switch (plan.name()) {
      case ADAMW, ADAM -> new Adam(plan, own, trainable, plainDecay);
      case SGD -> new Sgd(plan, own, trainable, plainDecay);
      case ADAFACTOR -> new Adafactor(plan, own, trainable, plainDecay);
    };
  }

  /**
   * Whether parameters without gradients may be left out of memory, because {@link
   * #replayWithoutGradient} says exactly what becomes of them. Not where an optimizer looks at
   * whole matrices, divides decay by moments, or brings a momentum of decay from earlier rounds.
   *
   * @param kept whether state comes over from earlier rounds
   */
  static boolean leavesOutUnused(OptimizerPlan plan, boolean kept) {
    return switch (plan.name()) {
      case ADAMW -> true;
      case ADAM -> plan.weightDecay() == 0;
      case SGD -> !kept || plan.momentum() == 0 || plan.weightDecay() == 0;
      case ADAFACTOR -> false;
    };
  }
}
