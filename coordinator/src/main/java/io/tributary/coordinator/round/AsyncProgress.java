package io.tributary.coordinator.round;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import io.tributary.federation.plan.AsyncPlan;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What an asynchronous run does by itself (FedBuff: Nguyen et al., AISTATS 2022, algorithm 1).
 * While it gathers it asks whom it can, up to the plan's concurrency; a buffer that is full closes.
 * One that nobody can fill any more closes as it is, with at least the quorum, and so does one at
 * the deadline, at which what earlier rounds left at work ends. A node trains from a version once:
 * again it would send the same. Whom an earlier attempt waited for in vain takes nobody's place.
 */
final class AsyncProgress {
  private static final String OVERDUE =
      "no update came until the deadline of a later round (expected: within deadlines.round)";

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
    if (run.open().count(AssignmentStage.RECEIVED) > 0) {
      return;
    }
    if (progress.passed(run)) {
      endOverdue(run);
      progress.end(step.run(run.run()), true);
    } else if (!awaits(run)) {
      progress.end(run, false);
    }
  }

  /**
   * Whether a buffer that is not full waits: for a node at work, for one that is away and may come
   * back, or for one that is busy with another run. Below the quorum it also waits for new nodes,
   * unless one may be asked again; either wait ends when nothing has happened for as long as
   * recruiting may take.
   */
  private boolean awaits(RunState run) {
    boolean quiet =
        !step.now().isBefore(run.marks().at().plus(run.plan().federation().deadlines().recruit()));
    if (run.open().awaited() > 0
        && (!quiet || run.open().live().stream().anyMatch(this::connected))) {
      return true;
    }
    boolean enough =
        Progress.quorum(run) || run.open().cohort().values().stream().anyMatch(again(run));
    return !next(run, Set.of()).isEmpty() || !(enough || quiet);
  }

  private boolean connected(AssignmentRecord record) {
    return step.roster().find(record.node()).isPresent();
  }

  /** Assignments of this attempt whose nodes the next one may ask again. */
  private static Predicate<AssignmentRecord> again(RunState run) {
    return record -> ofAttempt(run, record) && !record.stage().live() && record.askAgain();
  }

  private static boolean ofAttempt(RunState run, AssignmentRecord record) {
    return ofRound(run, record) && record.id().attempt() == run.open().attempt();
  }

  private static boolean ofRound(RunState run, AssignmentRecord record) {
    return record.id().round().round() == run.open().round();
  }

  /** What began in an earlier round has had a round's time by the deadline of this one. */
  private void endOverdue(RunState run) {
    for (AssignmentRecord record : run.open().live()) {
      if (!ofRound(run, record)) {
        step.stage(
            run.run(),
            new Transition.AssignmentFailed(record.id(), ErrorKind.TIMED_OUT, true, OVERDUE));
        step.cancel(record.id(), OVERDUE);
      }
    }
  }

  /** Asks nodes; gives those that later runs leave alone. */
  Set<NodeName> recruit(RunState run, Set<NodeName> taken) {
    if (AsyncRound.full(run)) {
      progress.close(run);
      return Set.of();
    }
    List<NodeName> next = step.few().map(few -> among(run, few)).orElseGet(() -> next(run, taken));
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

  /** Whom of these few this version may ask yet. */
  private List<NodeName> among(RunState run, NavigableSet<NodeName> few) {
    Cohort cohort = Cohort.of(run.open().cohort());
    return few.stream()
        .filter(node -> step.roster().find(node).filter(one -> suits(run, one)).isPresent())
        .filter(node -> cohort.of(node).stream().noneMatch(record -> keeps(run, record)))
        .toList();
  }

  private static boolean suits(RunState run, Roster.Member member) {
    return Selector.suits(run, member.profile());
  }

  /** Whether an assignment keeps its node from being asked. */
  private static boolean keeps(RunState run, AssignmentRecord record) {
    boolean closed = ofRound(run, record) && !record.askAgain();
    return record.stage().live() || closed || ofAttempt(run, record);
  }

  /** Whom of all nodes this version may ask yet. */
  private List<NodeName> next(RunState run, Set<NodeName> taken) {
    Set<NodeName> asked = new HashSet<>();
    int atWork = 0;
    for (AssignmentRecord record : run.open().cohort().values()) {
      boolean earlier = ofRound(run, record) && !ofAttempt(run, record);
      atWork += record.stage().live() && connected(record) && !earlier ? 1 : 0;
      if (ofAttempt(run, record)) {
        asked.add(record.node());
      }
    }
    int room =
        run.plan().federation().async().flatMap(AsyncPlan::concurrency).orElse(Integer.MAX_VALUE)
            - atWork;
    return room > 0 ? Selector.inTurn(run, step.roster(), taken, asked, room) : List.of();
  }
}
