package io.tributary.coordinator.round;

import io.tributary.federation.ErrorKind;
import java.time.Duration;
import java.util.List;

/**
 * How the coordinator's own work (judging, aggregating, evaluating) is done again after it failed.
 * What a retry can't help holds the run at once. The rest is tried again after growing waits, so
 * that somebody who kills a worker a few times does not stop a run. A full disk is waited out
 * without limit, since nothing but room is missing and each try says so.
 */
public final class WorkRetries {
  /** Failures in a row, those for want of room aside, after which the run is held. */
  public static final int TRIES = 8;

  /* The first at once: most crashes happen once. Together 94 s, beside what the tries take. */
  private static final List<Duration> WAITS =
      List.of(
          Duration.ZERO,
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofSeconds(30));

  private WorkRetries() {}

  /** The wait after so many failures in a row, from 1 on; at most 30 s. */
  static Duration delay(int failures) {
    return WAITS.get(Math.min(Math.max(failures, 1), WAITS.size()) - 1);
  }

  /** Whether a failure counts towards {@link #TRIES}. */
  static boolean counts(ErrorKind kind) {
    return kind != ErrorKind.FULL;
  }

  /** Whether the run is held after a failure of this kind, being the so-manieth that counts. */
  static boolean hold(ErrorKind kind, int tries) {
    return !kind.retryable() || (counts(kind) && tries >= TRIES);
  }

  /** The failure for a person: which work, how often, and why. */
  static String reason(Transition.WorkFailed failure, int tries) {
    String what = name(failure.work()) + " failed";
    if (failure.error().retryable()) {
      what +=
          counts(failure.error())
              ? ", " + tries + " of " + TRIES + " tries"
              : " for want of room and waits for it";
    }
    return what + ": " + failure.sentence();
  }

  /** {@code 3/aggregate#17} and {@code judge/run/3/1/site-a#9} in words. */
  private static String name(String work) {
    String plain = work.replaceAll("#.*$", "");
    if (plain.startsWith("judge/")) {
      return "judging the update of " + plain.substring(plain.lastIndexOf('/') + 1);
    }
    return switch (plain.substring(plain.indexOf('/') + 1)) {
      case "aggregate" -> "aggregating";
      case "evaluate" -> "evaluating";
      case "test" -> "evaluating on the test part";
      default -> plain;
    };
  }
}
