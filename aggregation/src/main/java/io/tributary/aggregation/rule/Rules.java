package io.tributary.aggregation.rule;

import io.tributary.federation.plan.RuleName;

/** The rules that plans can name. */
public final class Rules {
  private Rules() {}

  /** The rule of this name. */
  public static Rule of(RuleName name) {
    return switch (name) {
      case WEIGHTED_MEAN -> new WeightedMean();
    };
  }
}
