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
 * Adafactor (Shazeer and Stern, ICML 2018) as transformers computes it with a rate of its own: of
 * the second moment of a matrix only the means of its rows and columns are kept, so that its memory
 * is that of the edges. Of tensors with more than two axes the last two are factored.
 */
final class Adafactor implements Optimizer {
  /** Parameters of one decay; lists in the same order. */
  private record Group(
      TensorList values,
      TensorList gradients,
      TensorList rows,
      TensorList columns,
      TensorList first,
      double decay) {}

  private final OptimizerPlan plan;
  private final TorchScope scope;
  private final List<Group> groups = new ArrayList<>();
  private final SortedMap<String, Tensor> state = new TreeMap<>();
  private long steps;

  /**
   * Starts fresh.
   *
   * @param scope its own, closed with it
   * @param plainDecay decay of what does not decay in plans
   */
  Adafactor(OptimizerPlan plan, TorchScope scope, Trainable parameters, double plainDecay) {
    this.plan = plan;
    this.scope = scope;
    add(parameters, true, plan.weightDecay());
    add(parameters, false, plainDecay);
  }

  private void add(Trainable parameters, boolean decays, double decay) {
    List<Tensor> values = new ArrayList<>();
    List<Tensor> gradients = new ArrayList<>();
    List<Tensor> rows = new ArrayList<>();
    List<Tensor> columns = new ArrayList<>();
    List<Tensor> first = new ArrayList<>();
    for (Trainable.Part part : parameters.parts()) {
      if (decays == part.start() < parameters.decaying()) {
        long[] shape = part.shape();
        values.add(scope.part(parameters.values(), part.start(), shape));
        gradients.add(scope.part(parameters.gradients(), part.start(), shape));
        rows.add(kept("row." + part.name(), without(shape, shape.length - 1)));
        columns.add(kept("column." + part.name(), without(shape, shape.length - 2)));
        if (plan.adafactor().firstMoment()) {
          first.add(kept("first." + part.name(), shape));
        }
      }
    }
    if (!values.isEmpty()) {
      groups.add(
          new Group(
              scope.list(values),
              scope.list(gradients),
              scope.list(rows),
              scope.list(columns),
              scope.list(first),
              decay));
    }
  }

  /** The shape without an axis; a vector keeps its only one, since it is not factored. */
  private static long[] without(long[] shape, int axis) {
    if (shape.length < 2) {
      return shape;
    }
    long[] rest = new long[shape.length - 1];
    System.arraycopy(shape, 0, rest, 0, axis);
    System.arraycopy(shape, axis + 1, rest, axis, rest.length - axis);
    return rest;
  }

  private Tensor kept(String name, long[] shape) {
    Tensor tensor = scope.floats(shape);
    state.put(name, tensor);
    return tensor;
  }

  @Override
  public void step(double learningRate, double divisor) {
    steps++;
    for (Group group : groups) {
      scope.run(
          "adafactor",
          group.values,
          group.gradients,
          group.rows,
          group.columns,
          group.first,
          new double[] {
            learningRate,
            group.decay,
            plan.beta1(),
            1 - Math.pow((double) steps, -plan.adafactor().decayRate()),
            plan.adafactor().clipThreshold(),
            divisor,
            plan.adafactor().scaleParameter() ? 1 : 0
          });
    }
  }

  @Override
  public void replayWithoutGradient(float[] numbers, int count, long first) {
    throw new IllegalStateException("adafactor holds every row: a step depends on all of them");
  }

  @Override
  public SortedMap<String, Tensor> state() {
    return state;
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public void restored(long count) {
    steps = count;
  }

  @Override
  public void close() {
    scope.close();
  }
}
