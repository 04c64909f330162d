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
 * @param failures of coordinator's work since the last progress
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
    Instant served,
    Instant started,
    Optional<Instant> ended) {
  public Marks {
    requireNonNull(at, "at");
    requireNonNull(served, "served");
    requireNonNull(started, "started");
    requireNonNull(ended, "ended");
  }
}
