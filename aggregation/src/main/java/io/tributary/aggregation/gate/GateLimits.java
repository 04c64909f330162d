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
 * @param maxControlNorm the same over all control groups together
 */
public record GateLimits(
    Optional<Double> maxNorm, long declaredExamples, Optional<Double> maxControlNorm) {
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

  /** Limits of an update without controls, or with any finite ones. */
  public GateLimits(Optional<Double> maxNorm, long declaredExamples) {
    this(maxNorm, declaredExamples, Optional.empty());
  }

  /**
   * With a limit of controls that follows that of deltas: a control changes by the coordinator's
   * own and by the delta over its steps and their rate, so by at most the norm of the first and the
   * largest delta over the peak rate.
   *
   * @param own norm of the coordinator's controls
   * @param learningRate peak rate of the nodes
   */
  public GateLimits withControls(double own, double learningRate) {
    Optional<Double> limit =
        maxNorm
            .map(most -> own + most / Math.min(1, Math.max(1e-12, learningRate)))
            .filter(Double::isFinite);
    return new GateLimits(maxNorm, declaredExamples, limit);
  }

  public GateLimits {
    check("maxNorm", maxNorm);
    check("maxControlNorm", maxControlNorm);
  }

  private static void check(String what, Optional<Double> norm) {
    requireNonNull(norm, what);
    if (norm.isPresent() && !(norm.get() > 0 && norm.get() <= Double.MAX_VALUE)) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT, what, norm.get(), "> 0 and finite", "Mend the plan.");
    }
  }
}
