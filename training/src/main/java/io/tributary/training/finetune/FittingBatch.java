package io.tributary.training.finetune;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.OptionalLong;
import java.util.function.IntFunction;

/**
 * Finds the largest batch that memory holds: powers of two are tried from 1 on, each where the one
 * before leaves room for twice as much.
 */
final class FittingBatch {
  /** Part of the bound that a batch may fill: allocators keep some, and later batches differ. */
  private static final double SHARE = 0.9;

  private final long before;
  private final long bound;

  /**
   * @param before bytes in use without a batch
   * @param bound most bytes that may be in use
   */
  FittingBatch(long before, long bound) {
    this.before = before;
    this.bound = (long) (SHARE * bound);
  }

  /**
   * Tries batches.
   *
   * @param most no larger one is tried
   * @param attempt works on a batch of so many examples, and says how many bytes were in use at
   *     most; empty when there was not enough memory
   * @throws FederationException OUT_OF_MEMORY when one example is too much
   */
  int largest(int most, IntFunction<OptionalLong> attempt) {
    int fits = 0;
    long expected = before;
    for (long size = 1; size <= most && expected <= bound; size *= 2) {
      OptionalLong peak = attempt.apply((int) size);
      if (peak.isEmpty() || peak.getAsLong() > bound) {
        break;
      }
      fits = (int) size;
      // twice the examples take at most twice what these took
      expected = peak.getAsLong() + Math.max(0, peak.getAsLong() - before);
    }
    if (fits == 0) {
      throw FederationException.of(
          ErrorKind.OUT_OF_MEMORY,
          "batch-size: auto",
          "one example needs more than " + (bound >> 20) + " MiB",
          "memory for one at least",
          "Lower max-tokens, set train.recompute, or raise limits.memory.");
    }
    return fits;
  }
}
