package io.tributary.aggregation.rule;

import io.tributary.federation.plan.RuleName;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The mean of all updates by weight, Σ w·delta / Σ w: the aggregation of FedAvg (McMahan et al.,
 * AISTATS 2017, algorithm 1).
 */
public final class WeightedMean implements Rule {
  @Override
  public String name() {
    return RuleName.WEIGHTED_MEAN.token();
  }

  @Override
  public RuleNeeds needs() {
    return new RuleNeeds(1, RowAccess.ONE_BY_ONE, false);
  }

  @Override
  public List<Scan> scans() {
    return List.of();
  }

  @Override
  public Combine combine(RuleInput input) {
    double totalWeight = input.totalWeight();
    double[] weights = new double[input.updates()];
    Arrays.setAll(weights, input::weight);
    return (columns, step) -> mean(columns, weights, totalWeight, step);
  }

  private static void mean(Columns columns, double[] weights, double totalWeight, double[] step)
      throws IOException {
    Arrays.fill(step, 0, columns.count(), 0);
    columns.addScaled(weights, step);
    divide(step, totalWeight, columns.count());
  }

  /** A loop of its own over a plain array: the form that HotSpot turns into vector code. */
  private static void divide(double[] step, double by, int count) {
    for (int i = 0; i < count; i++) {
      step[i] /= by;
    }
  }
}
