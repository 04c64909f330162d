package io.tributary.coordinator.driver;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The time that decisions use: starts at the wall clock, or at the journal's newest time if that is
 * later, and then runs with the monotonic clock, so that it never goes back and a leap of the wall
 * clock closes no round. It stands still while it is held. Safe for all threads.
 */
final class ServingTime {
  private final Instant start;
  private final LongSupplier nanos;
  private final long startNanos;
  private boolean held;
  private long heldAt;
  private long standing;

  ServingTime(InstantSource wall, LongSupplier nanos, Instant notBefore) {
    Instant now = wall.instant();
    this.start = now.isBefore(notBefore) ? notBefore : now;
    this.nanos = nanos;
    this.startNanos = nanos.getAsLong();
  }

  synchronized Instant now() {
    long until = held ? heldAt : nanos.getAsLong();
    return start.plusNanos(until - startNanos - standing);
  }

  /** Stands still from now on: nobody is served. */
  synchronized void hold() {
    if (!held) {
      heldAt = nanos.getAsLong();
      held = true;
    }
  }

  /** Goes on from where it stands. */
  synchronized void goOn() {
    if (held) {
      standing += nanos.getAsLong() - heldAt;
      held = false;
    }
  }
}
