package io.tributary.training.finetune;

import io.tributary.federation.plan.OptimizerPlan;
import io.tributary.training.model.Trainable;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TensorList;
import io.tributary.training.torch.TorchScope;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Gradient descent with momentum as {@code torch.optim.SGD} computes it: decay is added to the
 * gradient, the first momentum buffer is that sum itself, later ones take it less the dampening,
 * nesterov looks ahead.
 */
final class Sgd implements Optimizer {
  private record Group(
      TensorList values, TensorList gradients, TensorList momentum, double decay) {}

  private final OptimizerPlan plan;
  private final TorchScope scope;
  private final Tensor gradients;
  private final List<Group> groups = new ArrayList<>();
  private final SortedMap<String, Tensor> state = new TreeMap<>();
  private final List<Float> rates = new ArrayList<>();
  private long before;

  /**
   * Starts fresh.
   *
   * @param scope its own, closed with it
   * @param plainDecay decay of the second group; 0 but for comparisons with one-group optimizers
   */
  Sgd(OptimizerPlan plan, TorchScope scope, Trainable parameters, double plainDecay) {
    this.plan = plan;
    this.scope = scope;
    gradients = parameters.gradients();
    FlatGroup.of(scope, parameters, plan.weightDecay(), plainDecay).forEach(this::add);
  }

  private void add(FlatGroup group) {
    List<Tensor> momentum = new ArrayList<>();
    if (plan.momentum() != 0) {
      momentum.add(scope.floats(group.values().elements()));
      state.put("momentum." + group.name(), momentum.get(0));
    }
    groups.add(
        new Group(
            FlatGroup.one(scope, group.values()),
            FlatGroup.one(scope, group.gradients()),
            scope.list(momentum),
            group.decay()));
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
          new double[] {learningRate, plan.momentum(), group.decay, plan.dampening()},
          plan.nesterov(),
          steps() == 0);
    }
    rates.add((float) learningRate);
  }

  /** The gradient is the decay alone; the momentum of each number is followed from its start. */
  @Override
  public void replayWithoutGradient(float[] numbers, int count, long steps) {
    float decay = (float) plan.weightDecay();
    float momentum = (float) plan.momentum();
    float share = (float) (1 - plan.dampening());
    if (decay == 0) {
      return;
    }
    float[] buffer = new float[count];
    boolean first = true;
    for (float rate : rates.subList(0, Math.toIntExact(steps))) {
      for (int i = 0; i < count; i++) {
        float gradient = numbers[i] * decay;
        buffer[i] = first ? gradient : momentum * buffer[i] + share * gradient;
        float move = plan.nesterov() ? gradient + momentum * buffer[i] : buffer[i];
        numbers[i] -= rate * move;
      }
      first = false;
    }
  }

  @Override
  public SortedMap<String, Tensor> state() {
    return state;
  }

  @Override
  public long steps() {
    return before + rates.size();
  }

  @Override
  public void restored(long steps) {
    before = steps;
  }

  @Override
  public void close() {
    scope.close();
  }
}
