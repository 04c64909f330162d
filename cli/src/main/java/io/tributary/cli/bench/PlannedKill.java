package io.tributary.cli.bench;

import static java.util.Objects.requireNonNull;

/**
 * A kill at an instant.
 *
 * @param seconds from the start of the trial
 * @param node index of the node that is meant, where one is
 */
record PlannedKill(KillTarget target, double seconds, int node) {
  PlannedKill {
    requireNonNull(target, "target");
  }
}
