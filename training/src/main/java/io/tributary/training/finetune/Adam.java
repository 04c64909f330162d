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
 * Adam (Kingma and Ba, ICLR 2015) and AdamW (Loshchilov and Hutter, ICLR 2019) as {@code
 * torch.optim} computes them in one pass over memory: both moments corrected for their start,
 * epsilon added to the corrected root. AdamW decays numbers by themselves, Adam adds the decay to
 * their gradients.
 */
final class Adam implements Optimizer {
  private record Group(
      TensorList values, TensorList gradients, TensorList first, TensorList second, double decay) {}

  private final OptimizerPlan plan;
  private final String function;
  private final TorchScope scope;
  private final List<Group> groups = new ArrayList<>();
  private final SortedMap<String, Tensor> state = new TreeMap<>();
  private final Tensor steps;
  private final TensorList stepList;
  private final Tensor divisor;
  private final TensorList divided;
  private final TensorList undivided;
  private final List<Float> factors = new ArrayList<>();

  /**
   * Starts fresh.
   *
   * @param scope its own, closed with it
   * @param plainDecay decay of the second group; 0 but for comparisons with one-group optimizers
   */
  Adam(OptimizerPlan plan, TorchScope scope, Trainable parameters, double plainDecay) {
    this.plan = plan;
    this.scope = scope;
    function = plan.decoupled() ? "adamw" : "adam";
    steps = scope.floats();
    stepList = FlatGroup.one(scope, steps);
    divisor = scope.floats();
    divided = FlatGroup.one(scope, divisor);
    undivided = scope.list(List.of());
    FlatGroup.of(scope, parameters, plan.weightDecay(), plainDecay).forEach(this::add);
  }

  private void add(FlatGroup group) {
    Tensor first = scope.floats(group.values().elements());
    Tensor second = scope.floats(group.values().elements());
    state.put("first." + group.name(), first);
    state.put("second." + group.name(), second);
    groups.add(
        new Group(
            FlatGroup.one(scope, group.values()),
            FlatGroup.one(scope, group.gradients()),
            FlatGroup.one(scope, first),
            FlatGroup.one(scope, second),
            group.decay()));
  }

  @Override
  public void step(double learningRate, double by) {
    steps.floats().put(0, steps.floats().get(0) + 1);
    divisor.floats().put(0, (float) by);
    for (Group group : groups) {
      scope.run(
          function,
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

  /**
   * Both moments stay 0, so that only AdamW's decay is left: a product in the order of the steps.
   */
  @Override
  public void replayWithoutGradient(float[] numbers, int count, long first) {
    if (plan.weightDecay() == 0) {
      return;
    }
    for (float factor : factors.subList(0, Math.toIntExact(first))) {
      for (int i = 0; i < count; i++) {
        numbers[i] *= factor;
      }
    }
  }

  @Override
  public SortedMap<String, Tensor> state() {
    return state;
  }

  @Override
  public long steps() {
    return (long) steps.floats().get(0);
  }

  @Override
  public void restored(long count) {
    steps.floats().put(0, (float) count);
  }

  @Override
  public void close() {
    scope.close();
  }
}
