package io.tributary.aggregation.rule;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** The mean by weight, Σ w·delta / Σ w, summed in order and divided once. */
final class Mean implements Combine {
  private final double[] weights;
  private final double total;

  private Mean(List<Double> weights, double total) {
    this.weights = weights.stream().mapToDouble(Double::doubleValue).toArray();
    this.total = total;
  }

  /** By these weights, at least 0 and not all 0; updates of weight 0 are not read. */
  static Mean by(List<Double> weights) {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    return new Mean(weights, total);
  }

  /** The sum of all updates over a number that need not be theirs. */
  static Mean over(RuleInput input, double total) {
    return new Mean(input.ones(), total);
  }

  @Override
  public void combine(Columns columns, double[] step) throws IOException {
    Arrays.fill(step, 0, columns.count(), 0);
    columns.addScaled(weights, step);
    divide(step, total, columns.count());
  }

  /** A loop of its own over a plain array: the form that HotSpot turns into vector code. */
  private static void divide(double[] step, double by, int count) {
    for (int i = 0; i < count; i++) {
      step[i] /= by;
    }
  }
}
