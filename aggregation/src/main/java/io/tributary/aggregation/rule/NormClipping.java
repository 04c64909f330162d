package io.tributary.aggregation.rule;

import io.tributary.federation.plan.RuleName;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The mean by weight of updates that were shortened to a norm τ, Σ w·min(1, τ/‖x‖)·x / Σ w (Sun et
 * al., "Can You Really Backdoor Federated Learning?", 2019, section 4). Without a τ of the plan it
 * is the median of the round's norms.
 */
public final class NormClipping implements Rule {
  private final Optional<Double> norm;

  /**
   * @param norm τ, above 0; empty: the median of the round's norms
   */
  public NormClipping(Optional<Double> norm) {
    this.norm = norm;
  }

  @Override
  public String name() {
    return RuleName.NORM_CLIPPING.token();
  }

  /** A median of fewer than three norms is in the hands of any node. */
  @Override
  public RuleNeeds needs() {
    return new RuleNeeds(norm.isPresent() ? 1 : 3, RowAccess.ONE_BY_ONE, true);
  }

  @Override
  public List<Scan> scans() {
    return List.of(new Lengths());
  }

  @Override
  public Combine combine(RuleInput input) {
    double total = input.totalWeight();
    return WeightedSum.by(weights(input).stream().map(weight -> weight / total).toList());
  }

  @Override
  public List<Double> weights(RuleInput input) {
    double limit = Lengths.limit(norm, input.scores(0));
    return IntStream.range(0, input.updates())
        .mapToObj(i -> input.weight(i) * Lengths.factor(limit, input.score(0, i)))
        .toList();
  }
}
