package io.tributary.aggregation.rule;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** The sum of the updates, each times a factor, in order; those of factor 0 are not read. */
final class WeightedSum implements Combine {
  private final double[] factors;

  private WeightedSum(double[] factors) {
    this.factors = factors;
  }

  static WeightedSum by(List<Double> factors) {
    return new WeightedSum(factors.stream().mapToDouble(Double::doubleValue).toArray());
  }

  @Override
  public void combine(Columns columns, double[] step) throws IOException {
    Arrays.fill(step, 0, columns.count(), 0);
    columns.addScaled(factors, step);
  }
}
