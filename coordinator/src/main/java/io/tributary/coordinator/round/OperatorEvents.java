package io.tributary.coordinator.round;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.RunId;
import java.util.Optional;

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
    step.stageEnding(
        id, new Transition.RunPaused(Phase.PAUSED_ON_REQUEST, reason), "the run is held");
    return Answer.done();
  }

  private Answer resume(RunId id) {
    Optional<RunState> found = step.find(id);
    if (found.isEmpty()) {
      return unknown(id);
    }
    RunState run = found.get();
    if (run.phase().active()) {
      return Answer.done();
    }
    if (run.phase().ended()) {
      return notNow(run, "a paused run");
    }
    Phase from = run.heldFrom().orElseThrow();
    boolean gathering = from == Phase.COLLECTING || from == Phase.RECRUITING;
    boolean asked = gathering && run.open().target() > 0;
    int attempt = run.open().attempt() + (asked ? 1 : 0);
    step.stage(id, new Transition.RunResumed(gathering ? Phase.RECRUITING : from, attempt));
    return Answer.done();
  }

  private static Answer unknown(RunId run) {
    return new Answer.Refused(
        ErrorKind.NOT_FOUND, "run: " + run + " (expected: a known run). List the runs.");
  }

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
