package io.tributary.client.session;

import static io.tributary.client.session.SessionSteps.CHECKPOINT;
import static io.tributary.client.session.SessionSteps.FIRST;
import static io.tributary.client.session.SessionSteps.START;
import static io.tributary.client.session.SessionSteps.lost;
import static io.tributary.client.session.SessionSteps.notSubmitted;
import static io.tributary.client.session.SessionSteps.offer;
import static io.tributary.client.session.SessionSteps.offered;
import static io.tributary.client.session.SessionSteps.receipted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.client.session.SessionEvent.RetryWindow;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AssignmentMovesTest {
  private static final AssignmentId NEXT = AssignmentId.parse("run-a/2/1/site");
  private static final AssignmentId OTHER = AssignmentId.parse("run-b/1/1/site");
  private final SessionSteps session = new SessionSteps();

  @Test
  void offered_toAFreeNode_begins() {
    session.joined().on(offered(FIRST));
    assertEquals(List.of(new SessionEffect.Begin(1, offer(FIRST, CHECKPOINT))), session.effects);
    var open = session.state.open().get(FIRST);
    assertEquals(
        new OpenAssignment(FIRST, 1, Stage.EXAMINING, CHECKPOINT, START.plusSeconds(60), 0), open);
  }

  @Test
  void offered_whileDisconnected_isIgnored() {
    session.joined().on(lost());
    session.on(offered(FIRST));
    assertTrue(session.effects.isEmpty());
    assertTrue(session.state.open().isEmpty());
  }

  @Test
  void accepted_isSentAndTrainingGoesOn() {
    session.training();
    assertEquals(Optional.of(new NodeReply.Accepted(FIRST)), session.sent());
    assertEquals(Optional.of(Stage.TRAINING), session.stage(FIRST));
  }

  @Test
  void accepted_whileDisconnected_isSentWhenOfferedAgain() {
    session.joined().on(offered(FIRST));
    session.on(lost());
    session.on(new SessionEvent.TaskAccepted(FIRST, 1));
    assertTrue(session.effects.isEmpty());
    session.on(new SessionEvent.ConnectDue());
    assertEquals(List.of(new SessionEffect.Connect(List.of(FIRST))), session.effects);
    session.on(new SessionEvent.Welcomed(Duration.ZERO));
    session.on(offered(FIRST));
    assertEquals(List.of(new SessionEffect.Send(new NodeReply.Accepted(FIRST))), session.effects);
  }

  @Test
  void offeredAgain_whileExamining_isNotAnsweredTwice() {
    session.joined().on(offered(FIRST));
    session.after(Duration.ofSeconds(7)).on(offered(FIRST));
    assertTrue(session.effects.isEmpty());
    var open = session.state.open().get(FIRST);
    assertEquals(
        Optional.of(START.plusSeconds(67)),
        Optional.ofNullable(open).map(OpenAssignment::closesAt));
  }

  @Test
  void offeredAgain_whileSubmitting_onlyAnswers() {
    session.submitting().on(offered(FIRST));
    assertEquals(List.of(new SessionEffect.Send(new NodeReply.Accepted(FIRST))), session.effects);
  }

  @Test
  void offeredAgain_withAHeldUpdate_submitsWithoutTraining() {
    session.submitting().on(notSubmitted(ErrorKind.UNREACHABLE));
    session.on(offered(FIRST));
    assertEquals(
        List.of(
            new SessionEffect.Send(new NodeReply.Accepted(FIRST)),
            new SessionEffect.Submit(FIRST, 1)),
        session.effects);
  }

  @Test
  void offeredAgain_fromAnotherCheckpoint_throwsTheOldWorkAway() {
    Digest other = Digest.ofUtf8("other");
    session.training().on(offered(FIRST, other));
    assertEquals(
        List.of(
            new SessionEffect.Stop(FIRST, 1, "offered again from another checkpoint"),
            new SessionEffect.Discard(FIRST),
            new SessionEffect.Begin(2, offer(FIRST, other))),
        session.effects);
  }

  @Test
  void offeredAgain_afterTheReceipt_saysFinishedAgain() {
    session.submitting().on(receipted());
    session.on(offered(FIRST));
    assertEquals(
        List.of(new SessionEffect.Send(new NodeReply.Finished(FIRST, new TreeMap<>()))),
        session.effects);
  }

  @Test
  void offeredAgain_afterAFailure_saysFailedAgain() {
    session.training();
    session.on(new SessionEvent.TaskFailed(FIRST, 1, ErrorKind.WORKER_CRASHED, "signal 11"));
    var reply = new NodeReply.Failed(FIRST, ErrorKind.WORKER_CRASHED, true, "signal 11");
    assertEquals(
        List.of(new SessionEffect.Send(reply), new SessionEffect.Discard(FIRST)), session.effects);
    session.on(offered(FIRST));
    assertEquals(List.of(new SessionEffect.Send(reply)), session.effects);
  }

  @Test
  void endedAssignments_areForgottenOldestFirst() {
    session.joined();
    for (int round = 1; round <= 4; round++) {
      var id = AssignmentId.parse("run-a/" + round + "/1/site");
      session.on(offered(id));
      session.on(new SessionEvent.TaskFailed(id, round, ErrorKind.WORKER_FAILED, "no"));
    }
    assertEquals(
        List.of("run-a/2/1/site", "run-a/3/1/site", "run-a/4/1/site"),
        session.state.ended().stream().map(reply -> reply.assignment().toString()).toList());
  }

  @Test
  void sameAssignmentFailingTwice_isRememberedOnce() {
    session.training();
    session.on(new SessionEvent.TaskFailed(FIRST, 1, ErrorKind.WORKER_FAILED, "no"));
    session.state = session.state.ended(new NodeReply.Accepted(FIRST), 3);
    assertEquals(List.of(new NodeReply.Accepted(FIRST)), session.state.ended());
  }

  @Test
  void newerOfTheSameRun_replacesTheOlder() {
    session.training().on(offered(NEXT));
    assertEquals(
        List.of(
            new SessionEffect.Stop(FIRST, 1, "the run has gone on to " + NEXT),
            new SessionEffect.Discard(FIRST),
            new SessionEffect.Begin(2, offer(NEXT, CHECKPOINT))),
        session.effects);
    assertEquals(Optional.empty(), session.stage(FIRST));
  }

  @Test
  void newerOfTheSameRun_replacesAHeldUpdateWithoutAStop() {
    session.submitting().on(notSubmitted(ErrorKind.UNREACHABLE));
    session.on(offered(NEXT));
    assertEquals(
        List.of(
            new SessionEffect.Discard(FIRST), new SessionEffect.Begin(2, offer(NEXT, CHECKPOINT))),
        session.effects);
  }

  /** Where nodes work at their own pace the next offer may come before the receipt. */
  @Test
  void newerOfTheSameRun_whileSubmitting_leavesTheSubmissionItsEnd() {
    session.submitting().on(offered(NEXT));
    assertEquals(List.of(new SessionEffect.Begin(2, offer(NEXT, CHECKPOINT))), session.effects);
    assertEquals(Optional.of(Stage.SUBMITTING), session.stage(FIRST));
    session.on(new SessionEvent.Receipted(FIRST, 1, new TreeMap<>()));
    assertEquals(Optional.of(new NodeReply.Finished(FIRST, new TreeMap<>())), session.sent());
    assertEquals(Optional.of(Stage.EXAMINING), session.stage(NEXT));
  }

  @Test
  void olderOfTheSameRun_isDeclined() {
    session.joined().on(offered(NEXT));
    session.on(offered(FIRST));
    assertEquals(
        Optional.of(
            new NodeReply.Declined(
                FIRST, DeclineReason.BUSY, "the node works on the newer " + NEXT)),
        session.sent());
    assertEquals(Optional.of(Stage.EXAMINING), session.stage(NEXT));
  }

  @Test
  void otherRun_whileTraining_isDeclinedAsBusy() {
    session.training().on(offered(OTHER));
    assertEquals(
        Optional.of(
            new NodeReply.Declined(OTHER, DeclineReason.BUSY, "the node works on " + FIRST)),
        session.sent());
    assertEquals(Optional.of(Stage.TRAINING), session.stage(FIRST));
  }

  @Test
  void otherRun_whileSubmitting_isTaken() {
    session.submitting().on(offered(OTHER));
    assertEquals(List.of(new SessionEffect.Begin(2, offer(OTHER, CHECKPOINT))), session.effects);
    assertEquals(Optional.of(Stage.SUBMITTING), session.stage(FIRST));
  }

  @Test
  void declined_isSentAndForgotten() {
    session.joined().on(offered(FIRST));
    session.on(new SessionEvent.TaskDeclined(FIRST, 1, DeclineReason.POLICY, "max-epochs"));
    assertEquals(
        Optional.of(new NodeReply.Declined(FIRST, DeclineReason.POLICY, "max-epochs")),
        session.sent());
    assertTrue(session.state.open().isEmpty());
    session.on(offered(FIRST));
    assertTrue(session.effect(SessionEffect.Begin.class).isPresent(), "it is examined anew");
  }

  @Test
  void resultsOfWorkGivenUp_areIgnored() {
    session.training().on(new SessionEvent.CancelAsked(FIRST, "stopped"));
    session.on(offered(FIRST));
    assertEquals(2, session.effect(SessionEffect.Begin.class).orElseThrow().ticket());
    for (SessionEvent stale :
        List.of(
            new SessionEvent.TaskAccepted(FIRST, 1),
            new SessionEvent.TaskDeclined(FIRST, 1, DeclineReason.DATA, "no"),
            new SessionEvent.TaskTrained(FIRST, 1),
            new SessionEvent.TaskFailed(FIRST, 1, ErrorKind.INTERNAL, "no"),
            new SessionEvent.SubmitDue(FIRST, 1),
            notSubmitted(ErrorKind.STALE),
            receipted())) {
      session.on(stale);
      assertTrue(session.effects.isEmpty(), stale.toString());
      assertEquals(Optional.of(Stage.EXAMINING), session.stage(FIRST));
    }
  }

  @Test
  void resultsInTheWrongStage_areIgnored() {
    session.submitting();
    for (SessionEvent wrong :
        List.of(
            new SessionEvent.TaskAccepted(FIRST, 1),
            new SessionEvent.TaskDeclined(FIRST, 1, DeclineReason.DATA, "no"),
            new SessionEvent.TaskTrained(FIRST, 1),
            new SessionEvent.TaskFailed(FIRST, 1, ErrorKind.INTERNAL, "no"),
            new SessionEvent.SubmitDue(FIRST, 1))) {
      session.on(wrong);
      assertTrue(session.effects.isEmpty(), wrong.toString());
      assertEquals(Optional.of(Stage.SUBMITTING), session.stage(FIRST));
    }
    session.on(notSubmitted(ErrorKind.FULL));
    session.on(notSubmitted(ErrorKind.STALE));
    assertEquals(Optional.of(Stage.HELD), session.stage(FIRST));
  }

  @Test
  void trained_whileConnected_isSubmitted() {
    session.submitting();
    assertEquals(List.of(new SessionEffect.Submit(FIRST, 1)), session.effects);
  }

  @Test
  void trained_whileDisconnected_isHeldUntilWelcome() {
    session.training().on(lost());
    session.on(new SessionEvent.TaskTrained(FIRST, 1));
    assertTrue(session.effects.isEmpty());
    assertEquals(Optional.of(Stage.HELD), session.stage(FIRST));
    session.on(new SessionEvent.SubmitDue(FIRST, 1));
    assertTrue(session.effects.isEmpty(), "not without a connection");
    session.on(new SessionEvent.ConnectDue());
    session.on(new SessionEvent.Welcomed(Duration.ZERO));
    assertEquals(
        List.of(new SessionEffect.SubmitAt(FIRST, 1, START.plusSeconds(5))), session.effects);
  }

  @Test
  void cancel_stopsAndDiscards() {
    session.training().on(new SessionEvent.CancelAsked(FIRST, "the run was stopped"));
    assertEquals(
        List.of(
            new SessionEffect.Stop(FIRST, 1, "the run was stopped"),
            new SessionEffect.Discard(FIRST)),
        session.effects);
    assertTrue(session.state.open().isEmpty());
  }

  @Test
  void cancel_ofAnUnknownAssignment_doesNothing() {
    session.training().on(new SessionEvent.CancelAsked(OTHER, "no"));
    assertTrue(session.effects.isEmpty());
    assertEquals(Optional.of(Stage.TRAINING), session.stage(FIRST));
  }

  @Test
  void receipt_saysFinishedAndFreesTheDisk() {
    session.submitting().on(receipted());
    assertEquals(
        List.of(
            new SessionEffect.Send(new NodeReply.Finished(FIRST, new TreeMap<>())),
            new SessionEffect.Discard(FIRST)),
        session.effects);
    assertTrue(session.state.open().isEmpty());
  }

  @Test
  void receipt_whileDisconnected_freesTheDiskWithoutAMessage() {
    session.submitting().on(lost());
    session.on(receipted());
    assertEquals(List.of(new SessionEffect.Discard(FIRST)), session.effects);
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorKind.class,
      names = {"STALE", "NOT_FOUND"})
  void submission_toAClosedRound_isDroppedWithoutAFailure(ErrorKind kind) {
    session.submitting().on(notSubmitted(kind));
    assertEquals(List.of(new SessionEffect.Discard(FIRST)), session.effects);
    assertTrue(session.state.ended().isEmpty());
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorKind.class,
      names = {"INVALID_ARGUMENT", "INVALID_CONFIG", "INVALID_DATA", "REFUSED"})
  void submission_refusedForGood_failsTheAssignment(ErrorKind kind) {
    session.submitting().on(notSubmitted(kind));
    assertEquals(
        Optional.of(new NodeReply.Failed(FIRST, kind, false, "no: " + kind)), session.sent());
    assertTrue(session.effect(SessionEffect.Discard.class).isPresent());
  }

  @Test
  void submission_ofADecayedUpdate_isAFailureThatMayBeAskedAgain() {
    session.submitting().on(notSubmitted(ErrorKind.WORKER_FAILED));
    assertEquals(
        Optional.of(
            new NodeReply.Failed(FIRST, ErrorKind.WORKER_FAILED, true, "no: WORKER_FAILED")),
        session.sent());
    assertTrue(session.effect(SessionEffect.Discard.class).isPresent());
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorKind.class,
      names = {
        "UNREACHABLE",
        "FULL",
        "TIMED_OUT",
        "NOT_READY",
        "INTERNAL",
        "NOT_ADMITTED",
        "CANCELLED",
        "IN_USE",
        "ALREADY_EXISTS",
        "CORRUPT"
      })
  void submission_thatMayWorkLater_isHeldAndTriedAgain(ErrorKind kind) {
    session.submitting().on(notSubmitted(kind));
    assertEquals(Optional.of(Stage.HELD), session.stage(FIRST));
    var again = session.effect(SessionEffect.SubmitAt.class).orElseThrow();
    assertTrue(!again.time().isAfter(START.plusMillis(100)), again.toString());
    assertEquals(Optional.empty(), session.sent(), "no Failed");
    assertEquals(Optional.empty(), session.effect(SessionEffect.Discard.class));
    session.on(new SessionEvent.SubmitDue(FIRST, 1));
    assertEquals(List.of(new SessionEffect.Submit(FIRST, 1)), session.effects);
  }

  @Test
  void submission_failingAgainAndAgain_backsOffLonger() {
    session.submitting();
    long longest = 0;
    for (int i = 1; i <= 30; i++) {
      session.on(notSubmitted(ErrorKind.UNREACHABLE));
      var again = session.effect(SessionEffect.SubmitAt.class).orElseThrow();
      long wait = Duration.between(session.now, again.time()).toMillis();
      assertTrue(wait <= Math.min(1_000, 100L << Math.min(i - 1, 20)), i + ": " + wait);
      longest = Math.max(longest, wait);
      session.on(new SessionEvent.SubmitDue(FIRST, 1));
    }
    assertTrue(longest > 500, "jitter fills the whole span: " + longest);
  }

  @Test
  void submission_withAWindow_waitsInsideIt() {
    var window = new RetryWindow(Duration.ofSeconds(20), Duration.ofSeconds(20));
    session
        .submitting()
        .on(
            new SessionEvent.SubmissionFailed(
                FIRST, 1, ErrorKind.FULL, "full", Optional.of(window)));
    assertEquals(
        List.of(new SessionEffect.SubmitAt(FIRST, 1, START.plusSeconds(20))), session.effects);
  }

  @Test
  void submission_pastTheRoundsTime_waitsForTheNextOffer() {
    session.submitting().after(Duration.ofSeconds(61)).on(notSubmitted(ErrorKind.UNREACHABLE));
    assertTrue(session.effects.isEmpty());
    assertEquals(Optional.of(Stage.HELD), session.stage(FIRST));
  }

  @Test
  void submission_exactlyAtTheRoundsEnd_isStillTried() {
    var window = new RetryWindow(Duration.ofSeconds(60), Duration.ofSeconds(60));
    session
        .submitting()
        .on(
            new SessionEvent.SubmissionFailed(
                FIRST, 1, ErrorKind.FULL, "full", Optional.of(window)));
    Instant end = START.plusSeconds(60);
    assertEquals(List.of(new SessionEffect.SubmitAt(FIRST, 1, end)), session.effects);
  }

  @Test
  void stages_sayWhatTheyTake() {
    assertEquals(
        List.of(Stage.EXAMINING, Stage.TRAINING),
        List.of(Stage.values()).stream().filter(Stage::trains).toList());
    assertEquals(
        List.of(Stage.EXAMINING, Stage.TRAINING, Stage.SUBMITTING),
        List.of(Stage.values()).stream().filter(Stage::works).toList());
  }
}
