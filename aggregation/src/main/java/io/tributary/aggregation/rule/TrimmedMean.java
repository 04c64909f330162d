package io.tributary.aggregation.rule;

import io.tributary.federation.plan.RuleName;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The mean of each value without the b largest and the b smallest, every node counting the same
 * (Yin et al., "Byzantine-Robust Distributed Learning: Towards Optimal Statistical Rates", ICML
 * 2018, algorithm 1, option II). Of n updates b is trim·n, rounded down; the result lies between
 * values of honest nodes while at most b nodes are not.
 */
public final class TrimmedMean implements Rule {
  private final BigDecimal trim;

  /**
   * @param trim share of the updates that is left out at each end, above 0 and below 1/2
   */
  public TrimmedMean(double trim) {
    this.trim = BigDecimal.valueOf(trim);
  }

  @Override
  public String name() {
    return RuleName.TRIMMED_MEAN.token();
  }

  /** With fewer than 1/trim updates nothing would be left out. */
  @Override
  public RuleNeeds needs() {
    int least = BigDecimal.ONE.divide(trim, 0, RoundingMode.CEILING).intValueExact();
    return new RuleNeeds(Math.max(3, least), RowAccess.ALL, true);
  }

  @Override
  public Combine combine(RuleInput input) {
    int left = trim.multiply(BigDecimal.valueOf(input.updates())).intValue();
    return new SortedColumns(
        IntStream.range(0, input.updates()).toArray(),
        ascending -> SortedColumns.mean(ascending, left, ascending.length - left));
  }

  @Override
  public List<Double> weights(RuleInput input) {
    return input.ones();
  }
}
