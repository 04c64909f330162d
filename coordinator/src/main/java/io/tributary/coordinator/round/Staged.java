package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.RunId;
import java.time.Instant;

/**
 * A transition with its place in the run's history.
 *
 * @param sequence counts a run's transitions from 1, without gaps
 * @param at the time that the decision used; never goes back within a journal
 */
public record Staged(RunId run, long sequence, Instant at, Transition transition) {
  public Staged {
    requireNonNull(run, "run");
    requireNonNull(at, "at");
    requireNonNull(transition, "transition");
  }
}
