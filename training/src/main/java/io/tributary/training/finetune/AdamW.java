package io.tributary.training.finetune;

import io.tributary.federation.plan.OptimizerPlan;
import io.tributary.training.model.Trainable;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TensorList;
import io.tributary.training.torch.TorchScope;
import java.util.ArrayList;
import java.util.List;

/**
 * AdamW (Loshchilov and Hutter, ICLR 2019) as {@code torch.optim.AdamW} computes it, both moments
 * corrected for their start, epsilon added to the corrected root.
 */
final class AdamW implements Optimizer {
  /** Lists of one tensor each: torch drops the effect of a fused step on lists made in a script. */
  private record Group(
      TensorList values, TensorList gradients, TensorList first, TensorList second, double decay) {}

  private final OptimizerPlan plan;
  private final TorchScope scope;
  private final List<Group> groups = new ArrayList<>();
  private final Tensor steps;
  private final TensorList stepList;
  private final Tensor divisor;
  private final TensorList divided;
  private final TensorList undivided;
  private final List<Float> factors = new ArrayList<>();

  /**
   * Starts fresh.
   *
   * @param plainDecay decay of the second group; 0 but for comparisons with one-group optimizers
   */
  AdamW(OptimizerPlan plan, TorchScope scope, Trainable parameters, double plainDecay) {
    this.plan = plan;
    this.scope = scope;
    steps = scope.floats();
    stepList = one(steps);
    divisor = scope.floats();
    divided = one(divisor);
    undivided = scope.list(List.of());
    long decaying = parameters.decaying();
    long all = parameters.values().elements();
    add(parameters, 0, decaying, plan.weightDecay());
    add(parameters, decaying, all - decaying, plainDecay);
  }

  private void add(Trainable parameters, long start, long count, double decay) {
    if (count > 0) {
      groups.add(
          new Group(
              one(scope.part(parameters.values(), start, count)),
              one(scope.part(parameters.gradients(), start, count)),
              one(scope.floats(count)),
              one(scope.floats(count)),
              decay));
    }
  }

  private TensorList one(Tensor tensor) {
    return scope.list(List.of(tensor));
  }

  @Override
  public void step(double learningRate, double by) {
    steps.floats().put(0, steps.floats().get(0) + 1);
    divisor.floats().put(0, (float) by);
    for (Group group : groups) {
      scope.run(
          "adamw",
          group.values,
          group.gradients,
          group.first,
          group.second,
          stepList,
          by == 1 ? undivided : divided,
          new double[] {learningRate, plan.beta1(), plan.beta2(), group.decay, plan.epsilon()});
    }
    factors.add((float) (1 - learningRate * plan.weightDecay()));
  }

  /** Both moments stay 0, so that only the decay is left: a product in the order of the steps. */
  @Override
  public void replayWithoutGradient(float[] numbers, int count) {
    if (plan.weightDecay() == 0) {
      return;
    }
    for (float factor : factors) {
      for (int i = 0; i < count; i++) {
        numbers[i] *= factor;
      }
    }
  }
}
