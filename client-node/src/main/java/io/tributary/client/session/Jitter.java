package io.tributary.client.session;

import io.tributary.client.session.SessionEvent.RetryWindow;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Draws waits, so that nodes do not come back all at once. */
final class Jitter {
  private Jitter() {}

  /** Evenly from nothing to the longest, both included; milliseconds. */
  static Duration full(RandomGenerator random, Duration longest) {
    return Duration.ofMillis(random.nextLong(longest.toMillis() + 1));
  }

  /** Evenly inside the window; a window that is the wrong way round counts as its minimum. */
  static Duration within(RandomGenerator random, RetryWindow window) {
    long min = Math.max(0, window.min().toMillis());
    long span = Math.max(0, window.max().toMillis() - min);
    return Duration.ofMillis(min + random.nextLong(span + 1));
  }
}
