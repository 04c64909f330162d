package io.tributary.aggregation.gate;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.Optional;

/**
 * The limits of one node's update.
 *
 * @param maxNorm largest L2 norm over all delta groups together; empty: any finite norm
 * @param declaredExamples how many training examples the node's dataset card declares
 */
public record GateLimits(Optional<Double> maxNorm, long declaredExamples) {
  public GateLimits {
    requireNonNull(maxNorm, "maxNorm");
    if (maxNorm.isPresent() && !(maxNorm.get() > 0 && maxNorm.get() <= Double.MAX_VALUE)) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT, "maxNorm", maxNorm.get(), "> 0 and finite", "Mend the plan.");
    }
  }
}
