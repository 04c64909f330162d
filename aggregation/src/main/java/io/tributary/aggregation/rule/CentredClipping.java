package io.tributary.aggregation.rule;

import io.tributary.federation.plan.RuleName;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Centred clipping (Karimireddy, He and Jaggi, "Learning from History for Byzantine Robust
 * Optimization", ICML 2021, section 4): from v = 0, which is the checkpoint, again and again v ← v
 * + mean of (x_i − v)·min(1, τ/‖x_i − v‖), every node counting the same. As v is a combination of
 * the updates and 0, its distances follow from those between them ({@link Distances}): one pass,
 * whatever the number of iterations.
 */
public final class CentredClipping implements Rule {
  private final Optional<Double> radius;
  private final int iterations;

  /**
   * @param radius τ, above 0; empty: the median of the round's norms
   * @param iterations at least 1
   */
  public CentredClipping(Optional<Double> radius, int iterations) {
    this.radius = radius;
    this.iterations = iterations;
  }

  @Override
  public String name() {
    return RuleName.CENTRED_CLIPPING.token();
  }

  /** A median of fewer than three norms is in the hands of any node. */
  @Override
  public RuleNeeds needs() {
    return new RuleNeeds(radius.isPresent() ? 1 : 3, RowAccess.ONE_BY_ONE, true);
  }

  @Override
  public List<Scan> scans() {
    return List.of(new DistanceScan((distances, input) -> factors(distances)));
  }

  private List<Double> factors(Distances distances) {
    int n = distances.updates();
    double limit = Lengths.limit(radius, IntStream.range(0, n).mapToObj(distances::norm).toList());
    double[] centre = new double[n];
    for (int k = 0; k < iterations; k++) {
      double[] away = distances.from(centre);
      double[] pull = new double[n];
      double sum = 0;
      for (int i = 0; i < n; i++) {
        pull[i] = Lengths.factor(limit, away[i]) / n;
        sum += pull[i];
      }
      for (int i = 0; i < n; i++) {
        centre[i] = centre[i] * (1 - sum) + pull[i];
      }
    }
    return Arrays.stream(centre).boxed().toList();
  }

  @Override
  public Combine combine(RuleInput input) {
    return WeightedSum.by(input.scores(0));
  }

  /** What each update has in the centre; rounding may leave a hair below 0. */
  @Override
  public List<Double> weights(RuleInput input) {
    return input.scores(0).stream().map(factor -> Math.max(0, factor)).toList();
  }
}
