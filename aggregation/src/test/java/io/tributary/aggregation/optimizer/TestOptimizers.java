package io.tributary.aggregation.optimizer;

import io.tributary.federation.plan.ServerOptimizerName;

/** Server optimizers with settings that no plan can give. */
public final class TestOptimizers {
  private TestOptimizers() {}

  public static ServerOptimizer adaptive(
      ServerOptimizerName name,
      double rate,
      double beta1,
      double beta2,
      double epsilon,
      double start) {
    return new Adaptive(name, rate, beta1, beta2, epsilon, start);
  }

  public static ServerOptimizer momentum(double rate, double momentum) {
    return new Momentum(rate, momentum);
  }
}
