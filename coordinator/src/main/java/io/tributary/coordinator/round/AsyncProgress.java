package io.tributary.coordinator.round;

import io.tributary.federation.NodeName;
import io.tributary.federation.plan.AsyncPlan;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an asynchronous run does by itself (FedBuff: Nguyen et al., AISTATS 2022, algorithm 1).
 * While it gathers it asks whom it can, up to the plan's concurrency; a buffer that is full closes.
 * One that nobody can fill any more closes as it is, with at least the quorum, and so does one at
 * the deadline. A node trains from a version once: again it would send the same.
 */
final class AsyncProgress {
  private final Step step;
  private final Progress progress;

  AsyncProgress(Step step, Progress progress) {
    this.step = step;
    this.progress = progress;
  }

  /** Closes, extends or pauses, where it is time. */
  void collecting(RunState run) {
    if (AsyncRound.full(run)) {
      progress.close(run);
      return;
    }
    OpenRound open = run.open();
    if (open.count(AssignmentStage.RECEIVED) > 0) {
      return;
    }
    boolean passed = progress.passed(run);
    if (passed || (open.awaited() == 0 && next(run, step.taken()).isEmpty())) {
      progress.end(run, passed);
    }
  }

  /** Asks nodes; gives those that later runs leave alone. */
  Set<NodeName> recruit(RunState run, Set<NodeName> taken) {
    if (AsyncRound.full(run)) {
      progress.close(run);
      return Set.of();
    }
    List<NodeName> next = next(run, taken);
    boolean recruiting = run.phase() == Phase.RECRUITING;
    boolean atWork = run.open().awaited() + run.open().count(AssignmentStage.RECEIVED) > 0;
    if (!next.isEmpty() || (recruiting && atWork)) {
      int buffer = run.plan().federation().async().map(AsyncPlan::buffer).orElseThrow();
      return progress.draw(run, new Draw(next, buffer, Optional.empty()));
    }
    if (recruiting) {
      progress.unrecruited(run, taken);
    }
    return Set.of();
  }

  private List<NodeName> next(RunState run, Set<NodeName> taken) {
    Set<NodeName> asked = new HashSet<>();
    int atWork = 0;
    for (AssignmentRecord record : run.open().cohort().values()) {
      boolean connected = step.roster().find(record.node()).isPresent();
      atWork += record.stage().live() && connected ? 1 : 0;
      if (record.id().round().round() == run.open().round()
          && record.id().attempt() == run.open().attempt()) {
        asked.add(record.node());
      }
    }
    int room =
        run.plan().federation().async().flatMap(AsyncPlan::concurrency).orElse(Integer.MAX_VALUE)
            - atWork;
    return room > 0 ? Selector.inTurn(run, step.roster(), taken, asked, room) : List.of();
  }
}
