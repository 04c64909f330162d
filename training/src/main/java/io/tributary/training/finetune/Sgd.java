package io.tributary.training.finetune;

import io.tributary.federation.plan.OptimizerPlan;
import io.tributary.training.model.Trainable;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TensorList;
import io.tributary.training.torch.TorchScope;
import java.util.ArrayList;
import java.util.List;

/**
 * Gradient descent with momentum as {@code torch.optim.SGD} computes it: decay is added to the
 * gradient, the first momentum buffer is that sum itself, nesterov looks ahead.
 */
final class Sgd implements Optimizer {
  private record Group(
      TensorList values, TensorList gradients, TensorList momentum, double decay) {}

  private final OptimizerPlan plan;
  private final boolean nesterov;
  private final TorchScope scope;
  private final Tensor gradients;
  private final List<Group> groups = new ArrayList<>();
  private final List<Float> rates = new ArrayList<>();

  /**
   * Starts fresh.
   *
   * @param plainDecay decay of the second group; 0 but for comparisons with one-group optimizers
   */
  Sgd(
      OptimizerPlan plan,
      TorchScope scope,
      Trainable parameters,
      double plainDecay,
      boolean nesterov) {
    this.plan = plan;
    this.scope = scope;
    this.nesterov = nesterov;
    gradients = parameters.gradients();
    long decaying = parameters.decaying();
    long all = parameters.values().elements();
    add(parameters, 0, decaying, plan.weightDecay());
    add(parameters, decaying, all - decaying, plainDecay);
  }

  private void add(Trainable parameters, long start, long count, double decay) {
    if (count > 0) {
      List<Tensor> momentum = plan.momentum() == 0 ? List.of() : List.of(scope.floats(count));
      groups.add(
          new Group(
              scope.list(List.of(scope.part(parameters.values(), start, count))),
              scope.list(List.of(scope.part(parameters.gradients(), start, count))),
              scope.list(momentum),
              decay));
    }
  }

  @Override
  public void step(double learningRate, double divisor) {
    if (divisor != 1) {
      scope.run("scale", gradients, 1 / divisor);
    }
    for (Group group : groups) {
      scope.run(
          "sgd",
          group.values,
          group.gradients,
          group.momentum,
          new double[] {learningRate, plan.momentum(), group.decay},
          nesterov,
          rates.isEmpty());
    }
    rates.add((float) learningRate);
  }

  /** The gradient is the decay alone; the momentum of each number is followed from its start. */
  @Override
  public void replayWithoutGradient(float[] numbers, int count) {
    float decay = (float) plan.weightDecay();
    float momentum = (float) plan.momentum();
    if (decay == 0) {
      return;
    }
    float[] buffer = new float[count];
    boolean first = true;
    for (float rate : rates) {
      for (int i = 0; i < count; i++) {
        float gradient = numbers[i] * decay;
        buffer[i] = first ? gradient : momentum * buffer[i] + gradient;
        float move = nesterov ? gradient + momentum * buffer[i] : buffer[i];
        numbers[i] -= rate * move;
      }
      first = false;
    }
  }
}
