package io.tributary.cli.bench;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the bench of idle nodes does.
 *
 * @param folder absolute, new or empty; everything is written there
 * @param nodes that are held idle
 * @param joins that are timed: as the first nodes of a fresh coordinator, and beside the idle ones
 * @param idle how long the idle coordinator is watched
 */
public record IdleSettings(Path folder, int nodes, int joins, Duration idle) {
  private static final int MOST_NODES = 60_000;
  private static final Duration LONGEST_IDLE = Duration.ofDays(7);

  /** What a process opens beside its connections. */
  private static final int SPARE_FILES = 500;

  public IdleSettings {
    requireNonNull(folder, "folder");
    check("--nodes", nodes, MOST_NODES);
    check("--joins", joins, nodes);
    if (idle.isNegative() || idle.isZero() || idle.compareTo(LONGEST_IDLE) > 0) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "--minutes",
          idle.toMillis() / 60_000.0,
          "more than 0, at most a week",
          "Choose another number.");
    }
  }

  private static void check(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG, option, value, "1 to " + most, "Choose another number.");
    }
  }

  /** As many nodes as a limit of open files lets either process have; none is refused. */
  IdleSettings within(long files) {
    long room = (files - SPARE_FILES) / 2;
    if (room < 1) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "open-file limit",
          files,
          "more than " + (SPARE_FILES + 2),
          "Raise it with `ulimit -n`.");
    }
    if (openFiles() <= files) {
      return this;
    }
    int fewerJoins = (int) Math.min(joins, room);
    return new IdleSettings(
        folder, (int) Math.min(nodes, files - SPARE_FILES - fewerJoins), fewerJoins, idle);
  }

  /** Open files of either process at its peak. */
  long openFiles() {
    return (long) nodes + joins + SPARE_FILES;
  }
}
