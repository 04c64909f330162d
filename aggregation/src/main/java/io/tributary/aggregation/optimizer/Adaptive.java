package io.tributary.aggregation.optimizer;

import io.tributary.federation.plan.PlanOptions;
import io.tributary.federation.plan.ServerOptimizerName;
import io.tributary.federation.plan.ServerOptimizerPlan;
import java.util.List;

/**
 * FedAdagrad, FedAdam and FedYogi (Reddi et al., "Adaptive Federated Optimization", ICLR 2021,
 * algorithm 2): m ← β₁·m + (1 − β₁)·Δ; the step is η·m / (√v + τ), with
 *
 * <ul>
 *   <li>Adagrad: v ← v + Δ²
 *   <li>Adam: v ← β₂·v + (1 − β₂)·Δ²
 *   <li>Yogi: v ← v − (1 − β₂)·Δ²·sign(v − Δ²)
 * </ul>
 *
 * <p>No bias correction. Before the first round m is 0 and v is τ², the least that the paper
 * allows.
 */
final class Adaptive implements ServerOptimizer {
  private static final int FIRST = 0;
  private static final int SECOND = 1;

  private final ServerOptimizerName name;
  private final double rate;
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final double start;

  /**
   * @param rate η, above 0
   * @param beta1 β₁, 0 to below 1
   * @param beta2 β₂, 0 to below 1; means nothing to Adagrad
   * @param epsilon τ, above 0
   * @param start v before the first round
   */
  Adaptive(
      ServerOptimizerName name,
      double rate,
      double beta1,
      double beta2,
      double epsilon,
      double start) {
    this.name = name;
    this.rate = rate;
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.start = start;
  }

  static Adaptive of(ServerOptimizerPlan plan) {
    PlanOptions options = plan.options();
    double epsilon = options.number("epsilon");
    return new Adaptive(
        plan.name(),
        options.number("learning-rate"),
        options.number("beta1"),
        options.optionalNumber("beta2").orElse(0.0),
        epsilon,
        epsilon * epsilon);
  }

  @Override
  public ServerOptimizerName name() {
    return name;
  }

  @Override
  public List<String> state() {
    return List.of("first-moment", "second-moment");
  }

  @Override
  public double start(int state) {
    return state == FIRST ? 0 : start;
  }

  @Override
  public void move(StepBlock block) {
    double[] second = block.state(SECOND);
    switch (name) {
      case FEDADAGRAD -> adagrad(block.step(), second, block.count());
      case FEDADAM -> adam(block.step(), second, block.count());
      default -> yogi(block.step(), second, block.count());
    }
    step(block.step(), block.state(FIRST), second, block.count());
  }

  private static void adagrad(double[] delta, double[] second, int count) {
    for (int i = 0; i < count; i++) {
      second[i] += delta[i] * delta[i];
    }
  }

  private void adam(double[] delta, double[] second, int count) {
    for (int i = 0; i < count; i++) {
      second[i] = beta2 * second[i] + (1 - beta2) * (delta[i] * delta[i]);
    }
  }

  private void yogi(double[] delta, double[] second, int count) {
    for (int i = 0; i < count; i++) {
      double square = delta[i] * delta[i];
      second[i] -= (1 - beta2) * square * Math.signum(second[i] - square);
    }
  }

  private void step(double[] step, double[] first, double[] second, int count) {
    for (int i = 0; i < count; i++) {
      first[i] = beta1 * first[i] + (1 - beta1) * step[i];
      step[i] = rate * first[i] / (Math.sqrt(second[i]) + epsilon);
    }
  }
}
