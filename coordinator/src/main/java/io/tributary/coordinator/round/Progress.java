package io.tributary.coordinator.round;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What runs do by themselves: open rounds, draw, close, extend, pause. */
final class Progress {
  private final Step step;
  private final AtSites atSites;
  private final AsyncProgress async;

  Progress(Step step) {
    this.step = step;
    this.atSites = new AtSites(step);
    this.async = new AsyncProgress(step, this);
  }

  /** Everything but drawing, which goes by turns. */
  void advance(RunId id) {
    RunState run = step.run(id);
    if (run.phase().active()
        && run.marks().nextTry().filter(at -> !step.now().isBefore(at)).isPresent()) {
      step.stage(id, new Transition.WorkRetried());
    }
    switch (step.run(id).phase()) {
      case CREATED ->
          step.stage(id, new Transition.RoundOpened(0, step.run(id).current().manifest().digest()));
      case COLLECTING -> collecting(id);
      default -> {}
    }
    if (step.run(id).phase() == Phase.EVALUATING_AT_SITES) {
      atSites.advance(id);
    }
    if (step.run(id).phase() == Phase.COMMITTED) {
      committed(id);
    }
  }

  private void committed(RunId id) {
    RunState run = step.run(id);
    RoundRecord newest = run.rounds().get(run.rounds().size() - 1);
    double figure = StopRules.figure(run.plan().evaluation(), newest);
    if (StopRules.better(run.plan().evaluation(), figure, run.best())) {
      step.stage(id, new Transition.BestMoved(newest.round(), figure));
    }
    Optional<CompletionReason> end = StopRules.judge(run.plan(), run.rounds());
    if (end.isEmpty()) {
      step.stage(
          id, new Transition.RoundOpened(newest.round() + 1, run.current().manifest().digest()));
      cancelTooOld(run);
    } else if (run.spec().test()) {
      step.stageEnding(id, new Transition.RoundsEnded(end.get()), RunFold.ROUNDS_OVER);
    } else {
      step.stageEnding(id, new Transition.RunCompleted(end.get()), RunFold.ROUNDS_OVER);
    }
  }

  private void cancelTooOld(RunState before) {
    for (AssignmentRecord old : AsyncRound.tooOld(before)) {
      step.run(before.run())
          .find(old.id())
          .ifPresent(over -> step.cancel(over.id(), over.reason()));
    }
  }

  private void collecting(RunId id) {
    RunState run = step.run(id);
    if (AsyncRound.is(run)) {
      async.collecting(run);
      return;
    }
    OpenRound open = run.open();
    if (open.count(AssignmentStage.RECEIVED) > 0) {
      return;
    }
    boolean passed = passed(run);
    if (complete(run)) {
      close(run);
    } else if (open.awaited() == 0 || passed) {
      end(run, passed);
    }
  }

  /** An attempt is over before its round is complete: goes on with what there is, or asks more. */
  void end(RunState run, boolean passed) {
    OpenRound open = run.open();
    boolean none = open.awaited() == 0;
    boolean mayExtend = open.attemptsUsed() < run.plan().federation().attempts();
    boolean worthAsking = run.plan().deterministic() && none && mayExtend && askable(open);
    if (quorum(run) && !worthAsking) {
      close(run);
    } else if (mayExtend) {
      step.stage(
          run.run(), new Transition.AttemptExtended(open.attempt() + 1, shortOf(run, passed)));
    } else {
      pause(run, Phase.PAUSED_ATTEMPTS_EXHAUSTED, shortOf(run, passed) + " and no attempt left");
    }
  }

  /** Draws for one recruiting run, or says which nodes later runs leave alone. */
  Set<NodeName> recruit(RunId id, Set<NodeName> taken) {
    RunState run = step.run(id);
    if (AsyncRound.is(run)) {
      return async.recruit(run, taken);
    }
    if (run.open().count(AssignmentStage.RECEIVED) > 0) {
      return Set.of();
    }
    if (complete(run) || (quorum(run) && !run.plan().deterministic())) {
      close(run);
      return Set.of();
    }
    boolean passed = passed(run);
    Selector.Choice choice = Selector.choose(run, step.roster(), taken, passed);
    if (choice.draw().isPresent()) {
      return draw(run, choice.draw().get());
    }
    Shortage shortage = choice.shortage().orElseThrow();
    if (passed || shortage.hopeless()) {
      unrecruited(run, shortage);
      return Set.of();
    }
    return shortage.reserved();
  }

  /** Nobody is at work and nobody can be asked now. */
  void unrecruited(RunState run, Set<NodeName> taken) {
    if (quorum(run)) {
      close(run);
    } else if (passed(run)) {
      unrecruited(run, Selector.shortage(run, step.roster(), taken));
    }
  }

  /** Nobody (more) can be asked: go on with what there is, or wait for those at work, or hold. */
  private void unrecruited(RunState run, Shortage shortage) {
    OpenRound open = run.open();
    int possible = open.count(AssignmentStage.COUNTED) + open.awaited();
    int quorum = run.plan().federation().cohort().quorum();
    if (open.awaited() > 0 && possible >= quorum) {
      draw(run, new Draw(List.of(), open.target(), Optional.empty()));
    } else if (quorum(run)) {
      close(run);
    } else {
      String reason = shortage.sentence() + " within the recruiting deadline";
      pause(run, Phase.PAUSED_TOO_FEW_NODES, reason);
    }
  }

  Set<NodeName> draw(RunState run, Draw draw) {
    List<DrawnNode> nodes = draw.nodes().stream().map(this::drawn).toList();
    step.stage(
        run.run(),
        new Transition.CohortDrawn(run.open().attempt(), nodes, draw.target(), draw.promiseLost()));
    return Set.copyOf(draw.nodes());
  }

  private DrawnNode drawn(NodeName node) {
    NodeProfile profile = step.roster().find(node).orElseThrow().profile();
    return new DrawnNode(node, profile.trainExamples());
  }

  /** Where nodes work at their own pace those at work go on. */
  void close(RunState run) {
    List<AssignmentId> counted =
        run.open().in(AssignmentStage.COUNTED).stream().map(AssignmentRecord::id).toList();
    if (AsyncRound.is(run)) {
      step.stage(run.run(), new Transition.CollectionClosed(counted, Optional.empty()));
      return;
    }
    step.stageEnding(
        run.run(),
        new Transition.CollectionClosed(counted, promiseLost(run.open())),
        RunFold.closedWithout(run.plan(), counted.size()));
  }

  private void pause(RunState run, Phase phase, String reason) {
    step.stage(run.run(), new Transition.RunPaused(phase, reason));
  }

  /** A node that was asked and does not count breaks the promise, whatever the cause. */
  private static Optional<String> promiseLost(OpenRound open) {
    Set<NodeName> counted = nodes(open.in(AssignmentStage.COUNTED));
    NavigableSet<NodeName> missing = new TreeSet<>(nodes(List.copyOf(open.cohort().values())));
    missing.removeAll(counted);
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    String names = missing.stream().map(NodeName::value).collect(Collectors.joining(", "));
    return Optional.of("round " + open.round() + " closed without " + names);
  }

  private static Set<NodeName> nodes(List<AssignmentRecord> assignments) {
    return assignments.stream().map(AssignmentRecord::node).collect(Collectors.toSet());
  }

  private static boolean askable(OpenRound open) {
    Set<NodeName> closed =
        open.cohort().values().stream()
            .filter(assignment -> !assignment.askAgain())
            .map(AssignmentRecord::node)
            .collect(Collectors.toSet());
    return open.cohort().values().stream()
        .anyMatch(assignment -> !closed.contains(assignment.node()));
  }

  private static String shortOf(RunState run, boolean passed) {
    int quorum = run.plan().federation().cohort().quorum();
    return run.open().count(AssignmentStage.COUNTED)
        + " updates counted (expected: "
        + (run.plan().deterministic() ? Math.max(quorum, run.open().target()) : quorum)
        + ") "
        + (passed ? "at the deadline" : "and nobody at work");
  }

  boolean passed(RunState run) {
    return run.open().deadline().filter(deadline -> !step.now().isBefore(deadline)).isPresent();
  }

  static boolean quorum(RunState run) {
    int quorum = run.plan().federation().cohort().quorum();
    return run.open().count(AssignmentStage.COUNTED) >= quorum;
  }

  private static boolean complete(RunState run) {
    OpenRound open = run.open();
    return open.target() > 0 && quorum(run) && open.count(AssignmentStage.COUNTED) >= open.target();
  }
}
