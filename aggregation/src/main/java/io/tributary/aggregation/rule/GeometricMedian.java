package io.tributary.aggregation.rule;

import io.tributary.federation.plan.RuleName;
import java.util.Arrays;
import java.util.List;

/**
 * RFA: the point whose weighted sum of distances to all updates is least, by Weiszfeld's iteration,
 * smoothed (Pillutla, Kakade and Harchaoui, "Robust Aggregation for Federated Learning", IEEE TSP
 * 2022, algorithm 2). From the mean by weight z: w_i = p_i / max(ν, ‖x_i − z‖), z = Σ w·x / Σ w. As
 * z is always a weighted mean of the updates, all its distances follow from those between them
 * ({@link Distances}): one pass, whatever the number of iterations.
 */
public final class GeometricMedian implements Rule {
  private final int iterations;
  private final double smoothing;

  /**
   * @param iterations at least 1
   * @param smoothing ν, the least distance that counts, above 0
   */
  public GeometricMedian(int iterations, double smoothing) {
    this.iterations = iterations;
    this.smoothing = smoothing;
  }

  @Override
  public String name() {
    return RuleName.GEOMETRIC_MEDIAN.token();
  }

  /** Of two updates every point between them has the same distances. */
  @Override
  public RuleNeeds needs() {
    return new RuleNeeds(3, RowAccess.ONE_BY_ONE, true);
  }

  @Override
  public List<Scan> scans() {
    return List.of(new DistanceScan(this::shares));
  }

  private List<Double> shares(Distances distances, RuleInput input) {
    double[] shares = normalised(input.weights().stream().mapToDouble(w -> w).toArray());
    double[] start = shares;
    for (int k = 0; k < iterations; k++) {
      double[] away = distances.from(shares);
      double[] next = new double[start.length];
      for (int i = 0; i < next.length; i++) {
        next[i] = start[i] / Math.max(smoothing, away[i]);
      }
      shares = normalised(next);
    }
    return Arrays.stream(shares).boxed().toList();
  }

  private static double[] normalised(double[] weights) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    double[] shares = new double[weights.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = weights[i] / sum;
    }
    return shares;
  }

  @Override
  public Combine combine(RuleInput input) {
    return Mean.by(weights(input));
  }

  @Override
  public List<Double> weights(RuleInput input) {
    return input.scores(0);
  }
}
