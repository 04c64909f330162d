package io.tributary.aggregation.rule;

import io.tributary.federation.plan.RuleName;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The median of each value, every node counting the same (Yin et al., "Byzantine-Robust Distributed
 * Learning: Towards Optimal Statistical Rates", ICML 2018, algorithm 1, option I). Stays within the
 * values of honest nodes while fewer than half of the nodes are not.
 */
public final class Median implements Rule {
  @Override
  public String name() {
    return RuleName.MEDIAN.token();
  }

  /** A median of one or two is their mean: any of them could move it anywhere. */
  @Override
  public RuleNeeds needs() {
    return new RuleNeeds(3, RowAccess.ALL, true);
  }

  @Override
  public Combine combine(RuleInput input) {
    return new SortedColumns(IntStream.range(0, input.updates()).toArray(), SortedColumns::median);
  }

  @Override
  public List<Double> weights(RuleInput input) {
    return input.ones();
  }
}
