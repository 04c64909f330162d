package io.tributary.aggregation.rule;

import io.tributary.federation.plan.RuleName;
import java.util.List;
import java.util.Optional;

/**
 * Krum and Multi-Krum: the update whose nearest neighbours are nearest, or the plain mean of the m
 * best of that kind (Blanchard et al., "Machine Learning with Adversaries: Byzantine Tolerant
 * Gradient Descent", NeurIPS 2017, sections 3 and 4). Weights of nodes have no part in it. Of equal
 * scores the first in name order wins.
 */
public final class Krum implements Rule {
  private final RuleName name;
  private final int byzantine;
  private final Optional<Integer> keep;

  private Krum(RuleName name, int byzantine, Optional<Integer> keep) {
    this.name = name;
    this.byzantine = byzantine;
    this.keep = keep;
  }

  /**
   * The best update alone.
   *
   * @param byzantine f, how many nodes may send whatever they want, at least 0
   */
  public static Krum one(int byzantine) {
    return new Krum(RuleName.KRUM, byzantine, Optional.of(1));
  }

  /**
   * The mean of the best.
   *
   * @param byzantine f
   * @param keep m, how many, at least 1; empty: n − f, the most that need not contain one of the f
   */
  public static Krum many(int byzantine, Optional<Integer> keep) {
    return new Krum(RuleName.MULTI_KRUM, byzantine, keep);
  }

  @Override
  public String name() {
    return name.token();
  }

  /** n ≥ 2f + 3, the paper's proposition 1, and n ≥ m + f. */
  @Override
  public RuleNeeds needs() {
    return new RuleNeeds(
        Math.max(2 * byzantine + 3, keep.orElse(1) + byzantine), RowAccess.ONE_BY_ONE, true);
  }

  @Override
  public List<Scan> scans() {
    return List.of(
        new DistanceScan(
            (distances, input) -> {
              int n = input.updates();
              int count = keep.orElse(n - byzantine);
              return Neighbours.marks(Neighbours.best(distances, byzantine, count), n);
            }));
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
