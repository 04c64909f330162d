package io.tributary.aggregation.rule;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.OptimizerName;
import io.tributary.federation.plan.OptimizerPlan;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.RuleName;
import java.util.stream.IntStream;

/**
 * FedNova (Wang et al., "Tackling the Objective Inconsistency Problem in Heterogeneous Federated
 * Optimization", NeurIPS 2020, section 4): updates are divided by what their local steps amount to,
 * averaged by weight, and the average is stretched again: (Σ p·a) · Σ (p/a)·delta, with p the
 * weights as shares. So a node that took more steps does not pull the model towards its own
 * optimum. With equal steps it is the weighted mean.
 *
 * <p>a is the sum of the coefficients of a node's gradients in its update (‖a‖₁ in the paper): for
 * plain SGD the steps τ; with momentum ρ [τ − ρ(1 − ρ^τ)/(1 − ρ)] / (1 − ρ); with Nesterov's τ + ρ
 * times that. The node's own count of steps is believed.
 */
public final class FedNova implements Rule {
  private final double momentum;
  private final boolean nesterov;

  /**
   * @param momentum ρ of the nodes' optimizer, 0 to below 1
   * @param nesterov whether its momentum looks ahead
   */
  public FedNova(double momentum, boolean nesterov) {
    this.momentum = momentum;
    this.nesterov = nesterov;
  }

  /** For the nodes' optimizer of a plan; only of SGD it is known what its steps amount to. */
  static FedNova of(Plan plan) {
    OptimizerPlan optimizer = plan.train().optimizer();
    if (optimizer.name() != OptimizerName.SGD) {
      throw refused("name", optimizer.name().token(), "sgd");
    }
    if (optimizer.dampening() != 0) {
      throw refused("dampening", optimizer.dampening(), "0");
    }
    return new FedNova(optimizer.momentum(), optimizer.nesterov());
  }

  private static FederationException refused(String key, Object found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_CONFIG,
        "train.optimizer." + key,
        found,
        rule + ", for rule fednova",
        "Change it or choose another rule.");
  }

  @Override
  public String name() {
    return RuleName.FEDNOVA.token();
  }

  @Override
  public RuleNeeds needs() {
    return new RuleNeeds(1, RowAccess.ONE_BY_ONE, false);
  }

  @Override
  public Combine combine(RuleInput input) {
    double total = input.totalWeight();
    double stretch = 0;
    for (int i = 0; i < input.updates(); i++) {
      stretch += input.weight(i) / total * amount(input.steps(i));
    }
    double all = stretch;
    return WeightedSum.by(
        IntStream.range(0, input.updates())
            .mapToObj(i -> input.weight(i) / total * (all / amount(input.steps(i))))
            .toList());
  }

  /** What so many steps amount to; none count as one. */
  double amount(long steps) {
    double taken = Math.max(1, steps);
    if (momentum == 0) {
      return taken;
    }
    double powers = (1 - StrictMath.pow(momentum, taken)) / (1 - momentum);
    double plain = (taken - momentum * powers) / (1 - momentum);
    return nesterov ? taken + momentum * plain : plain;
  }
}
