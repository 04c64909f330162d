package io.tributary.cli.bench;

import static java.util.Map.entry;

import io.tributary.coordinator.driver.Failpoints;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What must happen to a run so that it comes by a failpoint that an undisturbed one never sees. */
enum Trouble {
  /** Nothing. */
  NONE,
  /** The coordinator is killed while nodes work, so that the next one takes the run up. */
  RESTART,
  /** The worker of a node is killed while it trains. */
  NODE_WORKER,
  /** The worker of the coordinator is killed while it evaluates. */
  COORDINATOR_WORKER,
  /** The operator pauses the run and resumes it. */
  PAUSE,
  /** The operator stops a run before. */
  STOP,
  /** A run before asks for more than sites allow. */
  DECLINE,
  /** A run before trains with steps so large that nothing finite comes of it. */
  DIVERGE;

  private static final Map<String, Trouble> BY_KIND =
      Map.ofEntries(
          entry("CoordinatorStarted", RESTART),
          entry("AssignmentFailed", NODE_WORKER),
          entry("AttemptExtended", NODE_WORKER),
          entry("WorkFailed", COORDINATOR_WORKER),
          entry("WorkRetried", COORDINATOR_WORKER),
          entry("RunPaused", PAUSE),
          entry("RunResumed", PAUSE),
          entry("RunStopped", STOP),
          entry("AssignmentDeclined", DECLINE),
          entry("RunFailed", DIVERGE));

  /** Points that come once in a run; the others are armed for a later time, too. */
  private static final List<String> ONCE =
      List.of("RunCreated", "RunCompleted", "RoundsEnded", "TestEvaluated", "BestMoved");

  /** What brings a run by a failpoint. */
  static Trouble of(String failpoint) {
    return kind(failpoint).map(kind -> BY_KIND.getOrDefault(kind, NONE)).orElse(NONE);
  }

  /** How often an undisturbed run of a few rounds comes by at least. */
  static int times(String failpoint) {
    Optional<String> kind = kind(failpoint);
    if (kind.isPresent()) {
      return ONCE.contains(kind.get()) || BY_KIND.containsKey(kind.get()) ? 1 : 3;
    }
    return failpoint.startsWith("driver.") ? 15 : 3;
  }

  private static Optional<String> kind(String failpoint) {
    for (String prefix : List.of(Failpoints.before(""), Failpoints.after(""))) {
      if (failpoint.startsWith(prefix)) {
        return Optional.of(failpoint.substring(prefix.length()));
      }
    }
    return Optional.empty();
  }
}
