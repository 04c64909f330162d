package io.tributary.simulations.world;

import io.tributary.coordinator.round.Phase;
import io.tributary.coordinator.round.Staged;
import io.tributary.coordinator.round.Transition;
import io.tributary.federation.ErrorKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How often the coordinator's own work for one run failed in a row, and what must follow. */
final class Troubles {
  private static final int TRIES = 8;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  /* A driver with a full inbox comes to its timer later. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  private int failures;
  private int tries;
  private boolean holds;
  private Optional<Instant> waits = Optional.empty();

  /** Before each row of a run's own account. */
  void take(Staged row) {
    Transition t = row.transition();
    boolean fault =
        t instanceof Transition.RunPaused paused && paused.phase() == Phase.PAUSED_FAULT;
    Violation.unless(
        fault == holds, "own work that fails for good holds its run, and nothing else does", row);
    holds = false;
    if (t instanceof Transition.WorkFailed failed) {
      failed(row, failed);
    } else if (t instanceof Transition.WorkRetried) {
      Violation.unless(
          waits.filter(at -> !row.at().isAfter(at.plus(LONGEST_WAIT).plus(SLACK))).isPresent(),
          "what failed is tried again in time",
          row);
      waits = Optional.empty();
    } else if (works(t)) {
      Violation.unless(waits.isEmpty(), "no work is done while its next try waits", row);
      forget();
    } else if (t instanceof Transition.RunResumed
        || t instanceof Transition.RoundOpened
        || t instanceof Transition.CollectionClosed) {
      forget();
    } else if (t instanceof Transition.CoordinatorStarted || t instanceof Transition.RunPaused) {
      waits = Optional.empty();
    }
  }

  /** Whether the next try should have come by now. */
  boolean overdue(Instant now) {
    return waits.filter(at -> now.isAfter(at.plus(LONGEST_WAIT))).isPresent();
  }

  private void failed(Staged row, Transition.WorkFailed failed) {
    Violation.unless(waits.isEmpty(), "no work is done while its next try waits", row);
    boolean counts = failed.error() != ErrorKind.FULL;
    failures++;
    tries += counts ? 1 : 0;
    holds = failed.error() == ErrorKind.CORRUPT || (counts && tries >= TRIES);
    waits = failures > 1 ? Optional.of(row.at()) : Optional.empty();
  }

  private static boolean works(Transition t) {
    return t instanceof Transition.UpdateJudged
        || t instanceof Transition.AggregationFinished
        || t instanceof Transition.EvaluationFinished
        || t instanceof Transition.TestEvaluated;
  }

  private void forget() {
    failures = 0;
    tries = 0;
    waits = Optional.empty();
  }
}
