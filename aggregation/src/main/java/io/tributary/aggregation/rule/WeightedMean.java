package io.tributary.aggregation.rule;

import io.tributary.federation.plan.RuleName;

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
  public Combine combine(RuleInput input) {
    return Mean.by(input.weights());
  }
}
