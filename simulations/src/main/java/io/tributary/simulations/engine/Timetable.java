package io.tributary.simulations.engine;

import static java.util.Objects.requireNonNull;

import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.AssignmentStage;
import io.tributary.coordinator.round.Phase;
import io.tributary.coordinator.round.RunState;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Who of one run's nodes is next, in virtual time. Safe for several threads. */
final class Timetable {
  private static final Comparator<Entry> ORDER =
      Comparator.comparingDouble((Entry entry) -> entry.finish)
          .thenComparing(entry -> entry.id.node())
          .thenComparing(entry -> entry.id);

  /** An assignment that a node works on. */
  private static final class Entry {
    private final AssignmentId id;
    private final double finish;
    private final CompletableFuture<Void> due = new CompletableFuture<>();
    private boolean ready;
    private boolean released;

    private Entry(AssignmentId id, double finish) {
      this.id = id;
      this.finish = finish;
    }
  }

  private final Supplier<Optional<RunState>> run;
  private final Map<AssignmentId, Entry> entries = new HashMap<>();
  private final List<Double> committed = new ArrayList<>();
  private double now;

  /**
   * @param run as journaled last
   */
  Timetable(Supplier<Optional<RunState>> run) {
    this.run = requireNonNull(run, "run");
  }

  /** A node begins now; the stage ends when its time has come, or with CANCELLED. */
  synchronized CompletionStage<Void> begin(AssignmentId id, double duration) {
    var entry = new Entry(id, now + duration);
    entries.put(id, entry);
    return entry.due;
  }

  /** What the node makes is there. */
  synchronized void ready(AssignmentId id) {
    Entry entry = entries.get(id);
    if (entry != null) {
      entry.ready = true;
    }
  }

  /** When each round was committed, round 0 first. */
  synchronized List<Double> committed() {
    run.get().ifPresent(this::note);
    return List.copyOf(committed);
  }

  /** Lets the next one hand over what it made, if all else has settled. */
  void look() {
    List<Entry> over = new ArrayList<>();
    Optional<Entry> next;
    synchronized (this) {
      Optional<RunState> state = run.get();
      if (state.isEmpty()) {
        return;
      }
      note(state.get());
      Set<AssignmentId> live =
          state.get().open().live().stream()
              .map(AssignmentRecord::id)
              .collect(Collectors.toCollection(HashSet::new));
      entries.values().stream().filter(entry -> !live.contains(entry.id)).forEach(over::add);
      over.forEach(entry -> entries.remove(entry.id));
      next = settled(state.get(), live) ? next() : Optional.empty();
    }
    over.forEach(entry -> entry.due.completeExceptionally(cancelled(entry.id)));
    next.ifPresent(entry -> entry.due.complete(null));
  }

  private void note(RunState state) {
    while (committed.size() < state.rounds().size()) {
      committed.add(now);
    }
  }

  /** Whether the coordinator waits for nodes alone, and each of them has begun. */
  private boolean settled(RunState state, Set<AssignmentId> live) {
    return state.phase() == Phase.COLLECTING
        && state.open().in(AssignmentStage.RECEIVED).isEmpty()
        && !live.isEmpty()
        && entries.keySet().containsAll(live)
        && entries.values().stream().noneMatch(entry -> entry.released);
  }

  private Optional<Entry> next() {
    Entry first = entries.values().stream().min(ORDER).orElseThrow();
    if (!first.ready) {
      return Optional.empty();
    }
    first.released = true;
    now = first.finish;
    return Optional.of(first);
  }

  private static FederationException cancelled(AssignmentId id) {
    return FederationException.of(
        ErrorKind.CANCELLED, "assignment " + id, "over", "an open one", "Wait for the next.");
  }
}
