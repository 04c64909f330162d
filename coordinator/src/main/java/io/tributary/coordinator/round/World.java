package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.RunId;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

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

  /** Whether a run's history names a checkpoint by this digest, of its manifest or tensors. */
  public boolean names(Digest digest) {
    return runs.values().stream().flatMap(World::checkpoints).anyMatch(digest::equals);
  }

  private static Stream<Digest> checkpoints(RunState run) {
    Stream<Checkpoint> rounds = run.rounds().stream().map(RoundRecord::checkpoint);
    Stream<Checkpoint> others =
        Stream.concat(
            Stream.of(run.spec().zero(), run.current()),
            run.open().candidate().map(Candidate::checkpoint).stream());
    return Stream.concat(rounds, others).flatMap(Checkpoint::digests);
  }

  /** Manifests and tensors of the checkpoints that runs and plans keep. */
  public Set<Digest> kept() {
    return PendingEffects.kept(this);
  }

  /** The newest time in any run's history. */
  public Instant latest() {
    return runs.values().stream()
        .map(run -> run.marks().at())
        .max(Instant::compareTo)
        .orElse(Instant.MIN);
  }
}
