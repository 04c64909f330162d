package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.RunId;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** All runs and who is connected. */
public record World(SortedMap<RunId, RunState> runs, Roster roster) {
  public World {
    runs = Collections.unmodifiableSortedMap(new TreeMap<>(runs));
    requireNonNull(roster, "roster");
  }

  /** Nothing yet. */
  public static World empty() {
    return new World(Collections.emptySortedMap(), Roster.empty());
  }

  /** All runs from the journal's transitions, in any order between runs; nobody is connected. */
  public static World fold(List<Staged> history) {
    SortedMap<RunId, RunState> runs = new TreeMap<>();
    for (Staged staged : history) {
      runs.put(staged.run(), RunFold.apply(Optional.ofNullable(runs.get(staged.run())), staged));
    }
    return new World(runs, Roster.empty());
  }

  /** The run of a name. */
  public Optional<RunState> find(RunId run) {
    return Optional.ofNullable(runs.get(run));
  }

  /** The newest time in any run's history. */
  public Instant latest() {
    return runs.values().stream()
        .map(run -> run.marks().at())
        .max(Instant::compareTo)
        .orElse(Instant.MIN);
  }
}
