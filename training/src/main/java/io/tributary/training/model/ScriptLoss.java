package io.tributary.training.model;

import io.tributary.federation.plan.LossName;
import io.tributary.federation.plan.LossPlan;
import io.tributary.federation.plan.Task;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TensorList;
import io.tributary.training.torch.TorchScope;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A loss in the form that {@code losses.py} takes.
 *
 * @param kind which function, and its numbers
 * @param weights of the labels: one tensor, or none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ScriptLoss(double[] kind, TensorList weights) {
  private static final double PLAIN = 0;
  private static final double CROSS_ENTROPY = 1;
  private static final double FOCAL = 2;
  private static final double BINARY = 3;
  private static final double BINARY_FOCAL = 4;
  private static final double SQUARED = 5;
  private static final double HUBER = 6;

  /** Which loss, and of what it is made; weights lie in the order of the outputs. */
  public record Choice(LossName name, LossPlan plan, List<Double> weights) {
    public Choice {
      weights = List.copyOf(weights);
    }

    /** What a plan without a word about it has. */
    static Choice usual(Head head) {
      return of(LossPlan.USUAL, head, List.of());
    }

    /** A plan's choice; labels in the order of the outputs. */
    static Choice of(LossPlan plan, Head head, List<String> labels) {
      LossName name = plan.name().orElse(LossName.of(head.task(), head.multiLabel()));
      Map<String, Double> given =
          name == LossName.BINARY_CROSS_ENTROPY ? plan.positive() : plan.weights();
      List<Double> weights =
          given.isEmpty()
              ? List.of()
              : labels.stream().map(label -> given.getOrDefault(label, 1.0)).toList();
      return new Choice(name, plan, weights);
    }
  }

  /** The loss on the scope's device; its memory lives as long as the scope. */
  public static ScriptLoss of(TorchScope scope, Choice choice) {
    List<Double> weights = choice.weights;
    LossPlan plan = choice.plan;
    double[] kind =
        switch (choice.name) {
          case CROSS_ENTROPY -> new double[] {CROSS_ENTROPY, plan.smoothing()};
          case FOCAL -> new double[] {FOCAL, plan.gamma()};
          case BINARY_CROSS_ENTROPY -> new double[] {BINARY};
          case BINARY_FOCAL -> new double[] {BINARY_FOCAL, plan.alpha(), plan.gamma()};
          case MEAN_SQUARED_ERROR -> new double[] {SQUARED};
          case HUBER -> new double[] {HUBER, plan.delta()};
        };
    if (choice.name == LossName.CROSS_ENTROPY && plan.smoothing() == 0 && weights.isEmpty()) {
      kind[0] = PLAIN;
    }
    if (choice.name == LossName.BINARY_CROSS_ENTROPY && weights.isEmpty()) {
      weights = List.of(1.0);
    }
    return new ScriptLoss(kind, scope.list(tensors(scope, weights)));
  }

  /**
   * What the sum of a batch's losses is divided by: the weights of its labels where labels have
   * weights, else how many answers count.
   */
  double weight(Head head, Inputs inputs, int[] batch) {
    Targets targets = inputs.targets();
    boolean weighted = kind[0] == CROSS_ENTROPY && !weights.tensors().isEmpty();
    if (targets instanceof Targets.TokenLabels tokens) {
      int shift = head.task().output() == Task.Output.NEXT_TOKEN ? 1 : 0;
      return IntStream.of(batch)
          .mapToObj(example -> tokens.labels(example))
          .flatMapToInt(
              labels -> Arrays.stream(labels, Math.min(shift, labels.length), labels.length))
          .filter(label -> label >= 0)
          .mapToDouble(label -> weighted ? weight(label) : 1)
          .sum();
    }
    return weighted
        ? IntStream.of(batch).mapToDouble(example -> weight(inputs.label(example))).sum()
        : batch.length;
  }

  private double weight(int label) {
    return weights.tensors().get(0).floats().get(label);
  }

  private static List<Tensor> tensors(TorchScope scope, List<Double> weights) {
    if (weights.isEmpty()) {
      return List.of();
    }
    Tensor tensor = scope.floats(weights.size());
    FloatBuffer into = tensor.floats();
    weights.forEach(weight -> into.put(weight.floatValue()));
    return List.of(tensor);
  }
}
