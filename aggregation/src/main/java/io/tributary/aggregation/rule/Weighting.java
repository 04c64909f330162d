package io.tributary.aggregation.rule;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.FederationPlan;
import io.tributary.federation.plan.NodeWeights;
import java.util.Optional;

/**
 * What weight an update has.
 *
 * @param cap largest example count that counts as weight, at least 1; empty: no cap
 */
public record Weighting(NodeWeights weights, Optional<Long> cap) {
  public Weighting {
    requireNonNull(weights, "weights");
    if (cap.isPresent() && cap.get() < 1) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT, "cap of weights", cap.get(), "at least 1", "Mend the plan.");
    }
  }

  /** As the plan says: {@code federation.weights} and {@code federation.gate.max-examples}. */
  public static Weighting of(FederationPlan plan) {
    return new Weighting(plan.weights(), plan.gate().maxExamples());
  }

  /** The weight of an update that rests on so many examples; above 0. */
  public double weight(long examples) {
    return switch (weights) {
      case EXAMPLES -> Math.min(examples, cap.orElse(Long.MAX_VALUE));
      case UNIFORM -> 1;
    };
  }
}
