package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * Places and times in a run's history.
 *
 * @param sequence of the newest transition
 * @param at its time
 * @param entered sequence at which the present phase was entered
 * @param retried sequence of the last failure or resume; work is done anew after it
 * @param failures of the coordinator's own work since the last progress or resume; waits grow by it
 * @param tries those of them that count towards {@link WorkRetries#TRIES}
 * @param nextTry when that work is done again; empty: now, or nothing has failed
 * @param served when the run last drew nodes; runs take turns by it
 * @param started when the run was created
 * @param ended when it ended
 */
public record Marks(
    long sequence,
    Instant at,
    long entered,
    long retried,
    int failures,
    int tries,
    Optional<Instant> nextTry,
    Instant served,
    Instant started,
    Optional<Instant> ended) {
  public Marks {
    requireNonNull(at, "at");
    requireNonNull(nextTry, "nextTry");
    requireNonNull(served, "served");
    requireNonNull(started, "started");
    requireNonNull(ended, "ended");
  }
}
