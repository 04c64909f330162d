package io.tributary.simulations.engine;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.RunId;
import java.util.List;

/**
 * How a run ended.
 *
 * @param state as operators see it: {@code completed}, {@code paused} …
 * @param rounds from 0, the untouched base, on
 */
public record RunResult(
    RunId run, String state, String reason, Digest finalDigest, List<Round> rounds) {
  public RunResult {
    requireNonNull(run, "run");
    rounds = List.copyOf(rounds);
  }

  /** One committed round. */
  public record Round(int round, int updates, int refused, double loss, double accuracy) {}
}
