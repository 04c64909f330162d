package io.tributary.simulations.engine;

import static java.util.Objects.requireNonNull;

import io.tributary.coordinator.rpc.DirectPeers;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.RunId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * The time that simulated nodes take, which has nothing to do with the time that it takes to
 * simulate them: the unit is what a node usually needs for an assignment. Nodes train when a worker
 * is free; what they made is handed over in the order of virtual time, one after the other, and
 * only when everything that came of the one before has settled: its receipt, a new version of the
 * model, the assignments that follow. So the order of arrival is the same whatever the number of
 * workers and their speed. The coordinator's own work takes no virtual time. Safe for several
 * threads.
 */
public final class VirtualTime {
  private final DirectPeers peers;
  private final Executor executor;
  private final Map<RunId, Timetable> runs = new ConcurrentHashMap<>();

  /**
   * @param executor on which updates are handed over
   */
  VirtualTime(DirectPeers peers, Executor executor) {
    this.peers = requireNonNull(peers, "peers");
    this.executor = requireNonNull(executor, "executor");
  }

  /**
   * The same work, which ends when its virtual time has come.
   *
   * @param durations of each assignment, above 0
   */
  public LocalWork timed(LocalWork work, Durations durations) {
    return new TimedWork(work, durations, this);
  }

  /** How long nodes take. */
  @FunctionalInterface
  public interface Durations {
    /** Above 0; the same whenever it is asked. */
    double of(AssignmentId assignment);
  }

  /** When each round of a run was committed, round 0 first. */
  public List<Double> committed(RunId run) {
    Timetable timetable = runs.get(run);
    return timetable == null ? List.of() : timetable.committed();
  }

  /**
   * Begins an assignment and gives its result when its time has come.
   *
   * @param work called on this thread
   */
  <T> CompletionStage<T> spend(AssignmentId id, double duration, Work<T> work) {
    Timetable timetable = runs.computeIfAbsent(id.round().run(), this::opened);
    CompletionStage<Void> due = timetable.begin(id, duration);
    CompletionStage<T> made = made(work);
    return made.handle(
            (result, failure) -> {
              timetable.ready(id);
              look(timetable);
              return due.thenCompose(
                  done ->
                      failure == null
                          ? CompletableFuture.completedStage(result)
                          : CompletableFuture.<T>failedStage(failure));
            })
        .thenCompose(Function.identity());
  }

  /** What takes its time. */
  @FunctionalInterface
  interface Work<T> {
    CompletionStage<T> begin();
  }

  private static <T> CompletionStage<T> made(Work<T> work) {
    try {
      return work.begin();
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private Timetable opened(RunId run) {
    var timetable = new Timetable(() -> peers.run(run));
    var unused = peers.watch(run, changed -> look(timetable));
    return timetable;
  }

  private void look(Timetable timetable) {
    try {
      executor.execute(timetable::look);
    } catch (RejectedExecutionException e) {
      return; // the federation is closing
    }
  }
}
