package io.tributary.coordinator;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The monotonic clock of a coordinator under test. It runs by itself until it is frozen; a test may
 * let it leap, so that no deadline has to be longer than a busy machine is slow.
 */
final class TestTicks implements LongSupplier {
  private long ahead;
  private long frozenAt;
  private boolean frozen;

  @Override
  public synchronized long getAsLong() {
    return ahead + (frozen ? frozenAt : System.nanoTime());
  }

  /** From now on time passes only by leaps: what still happens waits for no timer. */
  synchronized void freeze() {
    frozenAt = System.nanoTime();
    frozen = true;
  }

  synchronized void leap(Duration time) {
    ahead += time.toNanos();
  }
}
