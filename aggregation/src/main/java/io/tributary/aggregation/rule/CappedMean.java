package io.tributary.aggregation.rule;

import io.tributary.federation.plan.RuleName;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;

/**
 * The mean by weight, in which no update counts for more than a share of the whole: weights above a
 * cap are lowered to it, and the cap is the largest for which the rule holds. Capped weights bound
 * what one site can do to the model, as in McMahan et al., "Learning Differentially Private
 * Recurrent Language Models", ICLR 2018, section 2, whose cap is a count of examples ({@code
 * federation.gate.max-examples} here).
 */
public final class CappedMean implements Rule {
  private final double share;

  /**
   * @param share of the sum of all weights, above 0 and at most 1
   */
  public CappedMean(double share) {
    this.share = share;
  }

  @Override
  public String name() {
    return RuleName.CAPPED_MEAN.token();
  }

  /** With fewer than 1/share updates some must count for more. */
  @Override
  public RuleNeeds needs() {
    int least =
        BigDecimal.ONE.divide(BigDecimal.valueOf(share), 0, RoundingMode.CEILING).intValueExact();
    return new RuleNeeds(least, RowAccess.ONE_BY_ONE, false);
  }

  @Override
  public Combine combine(RuleInput input) {
    return Mean.by(weights(input));
  }

  @Override
  public List<Double> weights(RuleInput input) {
    double cap = cap(input.weights());
    return input.weights().stream().map(weight -> Math.min(weight, cap)).toList();
  }

  /** With the k largest at the cap c and the rest summing to r: c = share·(k·c + r). */
  private double cap(List<Double> weights) {
    List<Double> sorted = weights.stream().sorted(Comparator.reverseOrder()).toList();
    double rest = sorted.stream().mapToDouble(Double::doubleValue).sum();
    for (int capped = 0; capped < sorted.size(); capped++) {
      double free = 1 - capped * share;
      double cap = share * rest / free;
      if (free <= 0) {
        return sorted.get(sorted.size() - 1); // only all the same satisfies the share
      }
      if (sorted.get(capped) <= cap) {
        return capped == 0 ? sorted.get(0) : cap;
      }
      rest -= sorted.get(capped);
    }
    return sorted.get(sorted.size() - 1);
  }
}
