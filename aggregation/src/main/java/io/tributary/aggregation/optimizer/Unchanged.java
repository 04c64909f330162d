package io.tributary.aggregation.optimizer;

import io.tributary.federation.plan.ServerOptimizerName;

/** Adds the rule's step as it is: {@code server-optimizer: none}. */
final class Unchanged implements ServerOptimizer {
  @Override
  public ServerOptimizerName name() {
    return ServerOptimizerName.NONE;
  }

  @Override
  public void move(StepBlock block) {}
}
