package io.tributary.cli.bench;

import static java.util.Objects.requireNonNull;

import io.tributary.coordinator.driver.Failpoints;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a crash bench does.
 *
 * @param points random instants for each target
 * @param failpoints each is reached once
 * @param watch how long runs go on, one after the other, for kills from outside
 */
public record CrashOrder(
    BenchSettings settings,
    int points,
    List<String> failpoints,
    List<KillTarget> targets,
    Optional<Duration> watch) {
  private static final int MOST_POINTS = 100_000;

  public CrashOrder {
    requireNonNull(settings, "settings");
    failpoints = List.copyOf(failpoints);
    targets = List.copyOf(targets);
    requireNonNull(watch, "watch");
    if (points < 0 || points > MOST_POINTS) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "--points",
          points,
          "0 to " + MOST_POINTS,
          "Choose another number.");
    }
  }

  /** Reads {@code all}, {@code none}, or names with commas between. */
  public static List<String> failpoints(String text) {
    if (text.equals("all")) {
      return Failpoints.names();
    }
    if (text.equals("none")) {
      return List.of();
    }
    List<String> names = List.of(text.split(","));
    for (String name : names) {
      if (!Failpoints.names().contains(name)) {
        throw FederationException.of(
            ErrorKind.INVALID_CONFIG,
            "--failpoints",
            name,
            "all, none, or names such as update.forced",
            "The names are in docs/reference/crash.md.");
      }
    }
    return names;
  }
}
