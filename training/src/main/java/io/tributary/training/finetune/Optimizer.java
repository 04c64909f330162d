package io.tributary.training.finetune;

import io.tributary.federation.plan.OptimizerName;
import io.tributary.federation.plan.OptimizerPlan;
import io.tributary.training.model.Trainable;
import io.tributary.training.torch.TorchScope;

/**
 * Moves trained numbers against their gradients. State lives in the scope it was made in and starts
 * fresh; two groups: weights, which decay, and biases and norms, which do not.
 */
public interface Optimizer {
  /**
   * One step.
   *
   * @param divisor what gradients are divided by first: 1, or more when they are clipped
   */
  void step(double learningRate, double divisor);

  /**
   * What all steps so far made of numbers of the decaying group whose gradient was exactly 0 in
   * each of them, in place.
   */
  void replayWithoutGradient(float[] numbers, int count);

  /** The optimizer of a plan. */
  static Optimizer of(OptimizerPlan plan, TorchScope scope, Trainable trainable) {
    return of(plan, scope, trainable, 0, false);
  }

  /**
   * An optimizer with choices that plans do not have, for comparisons.
   *
   * @param plainDecay decay of the group that does not decay in plans
   * @param nesterov of {@code sgd} only
   */
  static Optimizer of(
      OptimizerPlan plan,
      TorchScope scope,
      Trainable trainable,
      double plainDecay,
      boolean nesterov) {
    return plan.name() == OptimizerName.ADAMW
        ? new AdamW(plan, scope, trainable, plainDecay)
        : new Sgd(plan, scope, trainable, plainDecay, nesterov);
  }
}
