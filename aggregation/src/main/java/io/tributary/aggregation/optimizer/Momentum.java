package io.tributary.aggregation.optimizer;

import io.tributary.federation.plan.ServerOptimizerName;
import java.util.List;

/**
 * FedAvgM: v ← β·v + Δ; the step is η·v (Hsu, Qi and Brown, "Measuring the Effects of Non-Identical
 * Data Distribution for Federated Visual Classification", 2019, section 3).
 */
final class Momentum implements ServerOptimizer {
  private final double rate;
  private final double momentum;

  /**
   * @param rate η, above 0
   * @param momentum β, 0 to below 1
   */
  Momentum(double rate, double momentum) {
    this.rate = rate;
    this.momentum = momentum;
  }

  @Override
  public ServerOptimizerName name() {
    return ServerOptimizerName.FEDAVGM;
  }

  @Override
  public List<String> state() {
    return List.of("momentum");
  }

  @Override
  public void move(StepBlock block) {
    move(block.step(), block.state(0), block.count());
  }

  private void move(double[] step, double[] velocity, int count) {
    for (int i = 0; i < count; i++) {
      velocity[i] = momentum * velocity[i] + step[i];
      step[i] = rate * velocity[i];
    }
  }
}
