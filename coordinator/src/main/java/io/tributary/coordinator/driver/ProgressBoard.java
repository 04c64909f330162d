package io.tributary.coordinator.driver;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.RunId;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The newest progress of every live assignment, kept beside the journal; safe for all threads. */
public final class ProgressBoard {
  private static final int SPARE = 64;

  private final Map<AssignmentId, LiveProgress> newest = new ConcurrentHashMap<>();
  private final Consumer<RunId> changed;
  private final Predicate<AssignmentId> live;

  /** How many were left when it was pruned last; the driver's thread. */
  private int left;

  /**
   * @param live whether an assignment's update may still come
   */
  ProgressBoard(Consumer<RunId> changed, Predicate<AssignmentId> live) {
    this.changed = changed;
    this.live = live;
  }

  /** A node said something; ignored for assignments that are not live. */
  public void report(AssignmentId assignment, LiveProgress progress) {
    if (live.test(assignment)) {
      newest.put(assignment, progress);
      changed.accept(assignment.round().run());
    }
  }

  /** The newest words about a run's live assignments; some may be over. */
  public SortedMap<AssignmentId, LiveProgress> of(RunId run) {
    SortedMap<AssignmentId, LiveProgress> found = new TreeMap<>();
    newest.forEach(
        (assignment, progress) -> {
          if (assignment.round().run().equals(run)) {
            found.put(assignment, progress);
          }
        });
    return found;
  }

  /** Forgets assignments that are over, once they may be as many as those that are not. */
  void prune() {
    if (newest.size() > 2 * left + SPARE) {
      newest.keySet().removeIf(live.negate());
      left = newest.size();
    }
  }
}
