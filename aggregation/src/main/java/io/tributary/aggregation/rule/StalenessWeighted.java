package io.tributary.aggregation.rule;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A mean of updates that began from different versions of the model: (Σ w·s·delta) / Σ w, with s at
 * most 1 for each update. The sum is divided by the weights alone, not by what s leaves of them, so
 * that a buffer of old updates moves the model less (Nguyen et al., "Federated Learning with
 * Buffered Asynchronous Aggregation", AISTATS 2022, section 3 and algorithm 1).
 */
public final class StalenessWeighted implements Rule {
  private final Rule mean;
  private final List<Double> factors;

  /**
   * @param mean whose weights are w; one that is Σ w·delta / Σ w
   * @param factors s of each update, in order
   */
  public StalenessWeighted(Rule mean, List<Double> factors) {
    this.mean = requireNonNull(mean, "mean");
    this.factors = List.copyOf(factors);
  }

  @Override
  public String name() {
    return mean.name();
  }

  @Override
  public RuleNeeds needs() {
    return mean.needs();
  }

  @Override
  public Combine combine(RuleInput input) {
    double total = input.weighted(mean.weights(input)).totalWeight();
    return WeightedSum.by(weights(input).stream().map(weight -> weight / total).toList());
  }

  @Override
  public List<Double> weights(RuleInput input) {
    List<Double> weights = mean.weights(input);
    return IntStream.range(0, weights.size())
        .mapToObj(i -> weights.get(i) * factors.get(i))
        .toList();
  }
}
