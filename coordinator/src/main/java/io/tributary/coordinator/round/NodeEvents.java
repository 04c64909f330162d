package io.tributary.coordinator.round;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.RunId;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Takes what nodes say. Late and repeated words are answered, never thrown. While a run is held its
 * open assignments wait with it: their nodes keep what they made and are asked again on resume.
 */
final class NodeEvents {
  private final Step step;

  NodeEvents(Step step) {
    this.step = step;
  }

  Answer take(RoundEvent.OfNode event) {
    if (event instanceof RoundEvent.NodeJoined joined) {
      return joined(joined);
    }
    if (event instanceof RoundEvent.NodeLeft left) {
      return left(left);
    }
    if (event instanceof RoundEvent.NodeAccepted accepted) {
      return live(
          accepted.assignment(),
          AssignmentStage.ACCEPTED,
          () -> new Transition.AssignmentAccepted(accepted.assignment()));
    }
    if (event instanceof RoundEvent.NodeDeclined declined) {
      return live(
          declined.assignment(),
          AssignmentStage.DECLINED,
          () ->
              new Transition.AssignmentDeclined(
                  declined.assignment(),
                  declined.reason(),
                  declined.sentence(),
                  declined.askAgain()));
    }
    if (event instanceof RoundEvent.NodeFailed failed) {
      return live(
          failed.assignment(),
          AssignmentStage.FAILED,
          () ->
              new Transition.AssignmentFailed(
                  failed.assignment(), failed.error(), failed.retryable(), failed.sentence()));
    }
    if (event instanceof RoundEvent.UploadRefused refused) {
      return noted(refused);
    }
    if (event instanceof RoundEvent.SiteEvaluated evaluated) {
      return evaluated(evaluated);
    }
    return stored((RoundEvent.UpdateStored) event);
  }

  /** While its run is held a site's sums are not taken: it is asked again, and tells them again. */
  private Answer evaluated(RoundEvent.SiteEvaluated event) {
    AssignmentId id = event.assignment();
    Optional<AssignmentRecord> record = record(id).filter(AssignmentRecord::evaluates);
    if (record.flatMap(AssignmentRecord::tally).isPresent()) {
      return Answer.done();
    }
    if (record.filter(this::waits).isPresent()) {
      return held(id);
    }
    if (record.filter(this::open).isEmpty()) {
      return Answer.stale("assignment " + id + " is over");
    }
    RunId run = id.round().run();
    step.stage(run, AtSites.taken(step.run(run), record.get(), event.tally()));
    return Answer.done();
  }

  private Answer joined(RoundEvent.NodeJoined joined) {
    Optional<Roster.Member> known = step.roster().find(joined.profile().node());
    if (known.filter(member -> member.session() >= joined.session()).isPresent()) {
      return Answer.stale("session " + joined.session() + " of the node is not its newest");
    }
    Roster more = step.roster().with(joined.profile(), joined.session());
    step.roster(more, joined.profile().node());
    for (AssignmentId assignment : joined.open()) {
      boolean over = record(assignment).map(this::over).orElse(true);
      if (over && assignment.node().equals(joined.profile().node())) {
        step.cancel(assignment, "the assignment is over");
      }
    }
    return Answer.done();
  }

  /** A receipted update is not cancelled: its node submits again and gets the same receipt. */
  private boolean over(AssignmentRecord assignment) {
    return assignment.update().isEmpty() && !open(assignment) && !waits(assignment);
  }

  private Answer left(RoundEvent.NodeLeft left) {
    Optional<Roster.Member> known = step.roster().find(left.node());
    if (known.filter(member -> member.session() == left.session()).isEmpty()) {
      return Answer.stale("session " + left.session() + " of the node is not its newest");
    }
    step.roster(step.roster().without(left.node()), left.node());
    return Answer.done();
  }

  private Answer live(AssignmentId id, AssignmentStage next, Supplier<Transition> transition) {
    Optional<AssignmentRecord> record = record(id);
    if (record.filter(assignment -> assignment.stage() == next).isPresent()) {
      return Answer.done();
    }
    if (record.filter(this::waits).isPresent()) {
      return held(id);
    }
    if (record.filter(this::open).isEmpty()) {
      if (next == AssignmentStage.ACCEPTED
          && record.filter(assignment -> assignment.update().isPresent()).isEmpty()) {
        step.cancel(id, "the assignment is over");
      }
      return Answer.stale("assignment " + id + " is over");
    }
    step.stage(id.round().run(), transition.get());
    return Answer.done();
  }

  /** Told once an assignment: a node that tries for ever must not fill the journal. */
  private Answer noted(RoundEvent.UploadRefused refused) {
    AssignmentId id = refused.assignment();
    if (record(id)
        .filter(this::open)
        .filter(AssignmentRecord::awaitsUpdate)
        .filter(record -> record.reason().isEmpty())
        .isPresent()) {
      step.stage(
          id.round().run(),
          new Transition.UploadRefused(id, "an upload was refused: " + refused.sentence()));
    }
    return Answer.done();
  }

  private Answer stored(RoundEvent.UpdateStored stored) {
    AssignmentId id = stored.assignment();
    Optional<AssignmentRecord> record = record(id);
    Optional<UpdateFacts> first = record.flatMap(AssignmentRecord::update);
    if (first.isPresent()) {
      return new Answer.Receipted(id, first.get());
    }
    if (record.filter(this::waits).isPresent()) {
      return held(id);
    }
    if (record.filter(AssignmentRecord::awaitsUpdate).filter(this::open).isEmpty()) {
      String why = record.map(AssignmentRecord::reason).orElse("");
      return Answer.stale("assignment " + id + " is over" + (why.isEmpty() ? "" : ": " + why));
    }
    step.stage(id.round().run(), new Transition.UpdateReceipted(id, stored.facts()));
    return new Answer.Receipted(id, stored.facts());
  }

  private static Answer held(AssignmentId id) {
    return new Answer.Refused(
        ErrorKind.NOT_READY,
        "assignment "
            + id
            + ": its run is held (expected: an active run). Keep the update until it is resumed.");
  }

  /** Live in a run that is held. */
  private boolean waits(AssignmentRecord assignment) {
    return assignment.stage().live() && step.run(assignment.id().round().run()).phase().held();
  }

  private Optional<AssignmentRecord> record(AssignmentId id) {
    return step.find(id.round().run()).flatMap(run -> run.find(id));
  }

  /** Live, in the open round of a run that is gathering updates, or what sites evaluate. */
  private boolean open(AssignmentRecord assignment) {
    RunState run = step.run(assignment.id().round().run());
    return assignment.stage().live()
        && (assignment.evaluates() ? run.phase() == Phase.EVALUATING_AT_SITES : takes(run));
  }

  /** Without a barrier updates come while others become a version, too. */
  private static boolean takes(RunState run) {
    return switch (run.phase()) {
      case RECRUITING, COLLECTING -> true;
      case AGGREGATING, EVALUATING -> AsyncRound.is(run);
      default -> false;
    };
  }
}
