package io.tributary.coordinator.driver;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The time that decisions use: starts at the wall clock, or at the journal's newest time if that is
 * later, and then runs with the monotonic clock, so that it never goes back and a leap of the wall
 * clock closes no round.
 */
final class ServingTime {
  private final Instant start;
  private final LongSupplier nanos;
  private final long startNanos;

  ServingTime(InstantSource wall, LongSupplier nanos, Instant notBefore) {
    Instant now = wall.instant();
    this.start = now.isBefore(notBefore) ? notBefore : now;
    this.nanos = nanos;
    this.startNanos = nanos.getAsLong();
  }

  Instant now() {
    return start.plusNanos(nanos.getAsLong() - startNanos);
  }
}
