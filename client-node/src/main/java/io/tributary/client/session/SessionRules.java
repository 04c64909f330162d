package io.tributary.client.session;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.time.Duration;

/**
 * The numbers of a session.
 *
 * @param firstBackOff longest wait after the first failure; doubles with each further one
 * @param longestBackOff that no wait exceeds
 * @param stableAfter a connection that held this long counts as good: back-off starts anew
 * @param offerGrace how long after Welcome a held update waits to be offered again before it is
 *     submitted unasked
 * @param atOnce assignments that are trained at the same time
 * @param remembered answers to ended assignments that are given again when asked again
 */
public record SessionRules(
    Duration firstBackOff,
    Duration longestBackOff,
    Duration stableAfter,
    Duration offerGrace,
    int atOnce,
    int remembered) {
  public SessionRules {
    requireNonNull(stableAfter, "stableAfter");
    requireNonNull(offerGrace, "offerGrace");
    if (firstBackOff.compareTo(Duration.ofMillis(1)) < 0
        || longestBackOff.compareTo(firstBackOff) < 0
        || atOnce < 1
        || remembered < 1) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "session rules",
          firstBackOff + " to " + longestBackOff + ", " + atOnce + " at once, " + remembered,
          "1 ms <= first <= longest back-off, counts >= 1",
          "Use the defaults.");
    }
  }

  /** Back-off from 250 ms to 20 s; one assignment at a time. */
  public static SessionRules defaults() {
    return new SessionRules(
        Duration.ofMillis(250),
        Duration.ofSeconds(20),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        1,
        64);
  }

  /** Upper end of the wait after so many failures in a row (1 or more). */
  Duration backOff(int failures) {
    int doublings = Math.min(failures - 1, 30);
    long millis = firstBackOff.toMillis();
    long longest = longestBackOff.toMillis();
    for (int i = 0; i < doublings && millis < longest; i++) {
      millis *= 2;
    }
    return Duration.ofMillis(Math.min(millis, longest));
  }
}
