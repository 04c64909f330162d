package io.tributary.coordinator.driver;

import static java.util.Objects.requireNonNull;

import io.tributary.coordinator.round.RunState;
import io.tributary.federation.AssignmentId;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A run as an onlooker sees it.
 *
 * @param change grows with every change, over restarts too
 * @param waiting why a recruiting run has no cohort yet
 */
public record RunSnapshot(
    RunState state,
    long change,
    Optional<String> waiting,
    SortedMap<AssignmentId, LiveProgress> progress) {
  public RunSnapshot {
    requireNonNull(state, "state");
    requireNonNull(waiting, "waiting");
    progress = Collections.unmodifiableSortedMap(new TreeMap<>(progress));
  }

  /** The same with the assignments of all its rounds; blocks while they are read. */
  public RunSnapshot whole(PastRounds past) {
    return new RunSnapshot(past.whole(state), change, waiting, progress);
  }

  /** Why the run is in its state: what it waits for, or the state's own reason. */
  public String reason() {
    String reason = waiting.orElse(state.reason());
    return state
        .marks()
        .nextTry()
        .map(at -> reason + " Next try at " + at.truncatedTo(ChronoUnit.SECONDS) + ".")
        .orElse(reason);
  }
}
