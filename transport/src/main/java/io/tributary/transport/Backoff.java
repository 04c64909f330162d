package io.tributary.transport;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Waits between tries: exponential with full jitter, that is drawn evenly from zero to a ceiling
 * that doubles from {@code first} to {@code most}. A server's window wins. Not safe for several
 * threads.
 */
public final class Backoff {
  private static final int MOST_DOUBLINGS = 30;

  private final Duration first;
  private final Duration most;
  private final RandomGenerator random;
  private int tries;

  public Backoff(Duration first, Duration most, RandomGenerator random) {
    this.first = requireNonNull(first, "first");
    this.most = requireNonNull(most, "most");
    this.random = requireNonNull(random, "random");
  }

  /** The next wait. */
  public Duration next(Optional<RetryWindow> window) {
    if (window.isPresent()) {
      Duration min = window.get().min();
      return min.plus(upTo(window.get().max().minus(min)));
    }
    Duration ceiling = first.multipliedBy(1L << Math.min(tries, MOST_DOUBLINGS));
    tries++;
    return upTo(ceiling.compareTo(most) < 0 ? ceiling : most);
  }

  /** Starts again at {@code first}, after something went well. */
  public void reset() {
    tries = 0;
  }

  private Duration upTo(Duration ceiling) {
    return Duration.ofMillis(random.nextLong(ceiling.toMillis() + 1));
  }
}
