package io.tributary.aggregation.rule;

import io.tributary.federation.plan.RuleName;
import java.util.List;

/**
 * The mean in which every node counts the same, Σ delta / n, whatever {@code federation.weights}
 * says.
 */
public final class UniformMean implements Rule {
  @Override
  public String name() {
    return RuleName.UNIFORM_MEAN.token();
  }

  @Override
  public RuleNeeds needs() {
    return new RuleNeeds(1, RowAccess.ONE_BY_ONE, false);
  }

  @Override
  public Combine combine(RuleInput input) {
    return Mean.by(weights(input));
  }

  @Override
  public List<Double> weights(RuleInput input) {
    return input.ones();
  }
}
