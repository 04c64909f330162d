package io.tributary.coordinator.round;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import java.util.Optional;
import java.util.Set;

/** Takes what operators want. */
final class OperatorEvents {
  private final Step step;

  OperatorEvents(Step step) {
    this.step = step;
  }

  Answer take(RoundEvent.OfOperator event) {
    if (event instanceof RoundEvent.RunAsked asked) {
      return create(asked.spec());
    }
    if (event instanceof RoundEvent.StopAsked stop) {
      return stop(stop.run(), "stopped by " + stop.by());
    }
    if (event instanceof RoundEvent.PauseAsked pause) {
      return pause(pause.run(), "held by " + pause.by());
    }
    return resume(((RoundEvent.ResumeAsked) event).run());
  }

  private Answer create(RunSpec spec) {
    Optional<RunState> existing = step.find(spec.run());
    if (existing.isPresent()) {
      return existing.get().spec().equals(spec)
          ? Answer.done()
          : new Answer.Refused(
              ErrorKind.ALREADY_EXISTS,
              "run: " + spec.run() + " (expected: a new name). Start it again.");
    }
    step.stage(spec.run(), new Transition.RunCreated(spec));
    return Answer.done();
  }

  private Answer stop(RunId id, String reason) {
    Optional<RunState> run = step.find(id);
    if (run.isEmpty()) {
      return unknown(id);
    }
    if (run.get().phase() == Phase.STOPPED) {
      return Answer.done();
    }
    if (run.get().phase().ended()) {
      return notNow(run.get(), "an active or paused run");
    }
    step.stageEnding(id, new Transition.RunStopped(reason), "the run was stopped");
    return Answer.done();
  }

  private Answer pause(RunId id, String reason) {
    Optional<RunState> run = step.find(id);
    if (run.isEmpty()) {
      return unknown(id);
    }
    if (run.get().phase().held()) {
      return Answer.done();
    }
    if (run.get().phase().ended()) {
      return notNow(run.get(), "an active run");
    }
    step.stage(id, new Transition.RunPaused(Phase.PAUSED_ON_REQUEST, reason));
    return Answer.done();
  }

  private Answer resume(RunId id) {
    Optional<RunState> found = step.find(id);
    if (found.isEmpty()) {
      return unknown(id);
    }
    RunState run = found.get();
    if (run.phase().ended()) {
      return notNow(run, "a paused run");
    }
    if (!run.phase().held()) {
      return Answer.done();
    }
    Set<NodeName> elsewhere = step.taken();
    stageResumed(run);
    for (AssignmentRecord waited : step.run(id).open().live()) {
      if (elsewhere.contains(waited.node())) {
        step.stage(id, lost(waited.id()));
        step.cancel(waited.id(), "its node works for another run");
      }
    }
    return Answer.done();
  }

  /** While the run was held another one drew the node; this one may ask it again. */
  private static Transition lost(AssignmentId assignment) {
    return new Transition.AssignmentFailed(
        assignment, ErrorKind.NOT_READY, true, "works for another run since this one was held");
  }

  private void stageResumed(RunState run) {
    RunId id = run.run();
    Phase from = run.heldFrom().orElseThrow();
    boolean gathering = from == Phase.COLLECTING || from == Phase.RECRUITING;
    if (from == Phase.COLLECTING && staffed(run.open())) {
      step.stage(id, new Transition.RunResumed(from, run.open().attempt()));
      return;
    }
    boolean asked = gathering && run.open().target() > 0;
    int attempt = run.open().attempt() + (asked ? 1 : 0);
    step.stage(id, new Transition.RunResumed(gathering ? Phase.RECRUITING : from, attempt));
  }

  /** Whether those at work and the updates that came can still fill the round. */
  private static boolean staffed(OpenRound open) {
    int secured = open.count(AssignmentStage.COUNTED) + open.count(AssignmentStage.RECEIVED);
    return !open.live().isEmpty() && secured + open.live().size() >= open.target();
  }

  private static Answer unknown(RunId run) {
    return new Answer.Refused(
        ErrorKind.NOT_FOUND, "run: " + run + " (expected: a known run). List the runs.");
  }

  /** An ended run stays as it is. */
  private static Answer notNow(RunState run, String rule) {
    return new Answer.Refused(
        ErrorKind.NOT_READY,
        "run "
            + run.run()
            + ": "
            + run.phase().token()
            + " (expected: "
            + rule
            + "). Start a new run.");
  }
}
