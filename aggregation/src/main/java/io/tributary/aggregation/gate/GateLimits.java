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
  /** How many times its checkpoint's norm an update may have where the plan sets no limit. */
  static final double FACTOR = 1_000;

  /**
   * Limits for a plan that names no norm: training moves weights by a fraction of what they are, so
   * an update of a thousand times its checkpoint's norm (at least 1) is no training. A bound that
   * follows the model keeps one node from ending a run by finite numbers that overflow later.
   *
   * @param checkpointNorm L2 norm of the trained tensors that the round starts from
   */
  public static GateLimits following(double checkpointNorm, long declaredExamples) {
    double limit = FACTOR * Math.max(1, checkpointNorm);
    return new GateLimits(
        Double.isFinite(limit) ? Optional.of(limit) : Optional.empty(), declaredExamples);
  }

  public GateLimits {
    requireNonNull(maxNorm, "maxNorm");
    if (maxNorm.isPresent() && !(maxNorm.get() > 0 && maxNorm.get() <= Double.MAX_VALUE)) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT, "maxNorm", maxNorm.get(), "> 0 and finite", "Mend the plan.");
    }
  }
}
