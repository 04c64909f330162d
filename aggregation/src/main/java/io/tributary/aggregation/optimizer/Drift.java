package io.tributary.aggregation.optimizer;

import io.tributary.federation.plan.ServerOptimizerName;
import java.util.List;

/**
 * The coordinator's part of FedDyn (Acar et al., ICLR 2021, algorithm 1): h ← h - alpha · |S|/N ·
 * the mean step, x ← the nodes' mean - h / alpha. It keeps h / alpha, so that alpha cancels. Plans
 * name it as {@code train.algorithm: feddyn}.
 */
public final class Drift implements ServerOptimizer {
  private final double share;

  /**
   * @param share |S| / N, above 0, at most 1
   */
  public Drift(double share) {
    this.share = share;
  }

  @Override
  public ServerOptimizerName name() {
    return ServerOptimizerName.NONE;
  }

  @Override
  public List<String> state() {
    return List.of("drift");
  }

  @Override
  public void move(StepBlock block) {
    double[] step = block.step();
    double[] drift = block.state(0);
    for (int i = 0; i < block.count(); i++) {
      drift[i] -= share * step[i];
      step[i] -= drift[i];
    }
  }
}
