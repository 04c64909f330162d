package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Words of nodes that come late, twice or after a reconnect. */
final class NodeEventsTest {
  private static Table table() {
    return new Table().started(Plans.spec("t-1", Plans.plan(Map.of()), false)).joined("n1", "n2");
  }

  private static RoundEvent.NodeJoined rejoin(String node, long session, AssignmentId... open) {
    var profile = new NodeProfile(new NodeName(node), Set.of("a"), 100);
    return new RoundEvent.NodeJoined(profile, session, List.of(open));
  }

  @Test
  void accepted_twice_isTakenOnce() {
    Table table = table();
    var accepted = new RoundEvent.NodeAccepted(table.assignment("n1"));
    assertEquals(Answer.done(), table.take(accepted));
    int before = table.history.size();

    assertEquals(Answer.done(), table.take(accepted));

    assertEquals(before, table.history.size());
    assertEquals(AssignmentStage.ACCEPTED, table.record("n1").stage());
  }

  @Test
  void accepted_afterTheRoundClosed_isStaleAndCancelled() {
    Table table = table();
    AssignmentId late = table.assignment("n1");
    table.take(new RoundEvent.StopAsked(new RunId("t-1"), "op"));
    table.messages.clear();

    Answer answer = table.take(new RoundEvent.NodeAccepted(late));

    assertInstanceOf(Answer.Stale.class, answer);
    assertEquals(
        late, assertInstanceOf(Effect.CancelAssignment.class, table.messages.get(0)).assignment());
  }

  @Test
  void submitted_twice_sameReceiptAlsoForOtherBytesAndAfterTheRound() {
    Table table = table();
    AssignmentId id = table.assignment("n1");
    Answer first = table.submit("n1");
    var receipt = assertInstanceOf(Answer.Receipted.class, first);
    assertEquals(id, receipt.assignment());

    assertEquals(first, table.submit(id, "other bytes"));
    table.judge("n1", new Judgement.Passed(1));
    table.count("n2").aggregate().evaluate(0.5);
    assertEquals(2, table.run().open().round());

    assertEquals(first, table.submit(id, "n1"));
    table.restart();
    assertEquals(first, table.submit(id, "n1"));
  }

  @Test
  void submitted_forAClosedRound_isStale() {
    Table table = new Table();
    table.take(new RoundEvent.RunAsked(Plans.spec("t-1", Plans.plan(Map.of()), false)));
    table.joined("n1", "n2", "n3").evaluate(0.1).count("n1", "n2");
    AssignmentId late = table.assignment("n3");
    table.pass(Duration.ofMinutes(30));
    assertEquals(Phase.AGGREGATING, table.run().phase());

    assertInstanceOf(Answer.Stale.class, table.submit(late, "n3"));
    table.aggregate().evaluate(0.5);
    assertInstanceOf(Answer.Stale.class, table.submit(late, "n3"));
  }

  @Test
  void submitted_whileTheRunIsHeld_isKeptByItsNodeAndCountsAfterResume() {
    Table table = table();
    AssignmentId id = table.assignment("n1");
    table.take(new RoundEvent.PauseAsked(new RunId("t-1"), "op"));

    var refused = assertInstanceOf(Answer.Refused.class, table.submit(id, "n1"));
    assertInstanceOf(Answer.Refused.class, table.take(new RoundEvent.NodeAccepted(id)));
    table.take(rejoin("n1", 99, id));

    assertEquals(ErrorKind.NOT_READY, refused.kind());
    assertTrue(refused.kind().retryable());
    assertEquals(List.of(), table.messages);
    table.take(new RoundEvent.ResumeAsked(new RunId("t-1")));
    assertEquals(
        id, table.effects(Effect.OfferAssignment.class).get(0).assignment(), "offered again");
    assertInstanceOf(Answer.Receipted.class, table.submit(id, "n1"));
  }

  @Test
  void submitted_forAnUnknownAssignment_isStale() {
    Table table = table();
    assertInstanceOf(Answer.Stale.class, table.submit(AssignmentId.parse("t-1/1/1/stranger"), "x"));
    assertInstanceOf(
        Answer.Stale.class,
        table.take(
            new RoundEvent.UpdateStored(
                AssignmentId.parse("nowhere/1/1/n1"), Plans.update("x", Plans.digest("c")))));
  }

  @Test
  void judged_twice_secondIsStale() {
    Table table = table();
    table.submit("n1");
    EffectId id = table.effect(Effect.JudgeUpdate.class).id();
    assertEquals(
        Answer.done(), table.take(new RoundEvent.JudgementReady(id, new Judgement.Passed(2))));

    Answer second =
        table.take(new RoundEvent.JudgementReady(id, new Judgement.Refused("NORM", "no")));

    assertInstanceOf(Answer.Stale.class, second);
    assertEquals(AssignmentStage.COUNTED, table.record("n1").stage());
    assertEquals(2.0, table.record("n1").norm().orElseThrow());
  }

  @Test
  void failedOrDeclined_afterASubmission_isStale() {
    Table table = table();
    AssignmentId id = table.assignment("n1");
    table.submit("n1");

    table.fail("n1", true);
    table.decline("n1", true);

    assertEquals(AssignmentStage.RECEIVED, table.record("n1").stage());
    assertEquals(id, table.assignment("n1"));
  }

  @Test
  void joined_again_isOfferedAgain() {
    Table table = table();
    List<EffectId> before =
        table.effects(Effect.OfferAssignment.class).stream().map(Effect::id).toList();

    table.take(rejoin("n1", 99, table.assignment("n1")));

    List<Effect.OfferAssignment> after = table.effects(Effect.OfferAssignment.class);
    assertEquals(99, after.get(0).session());
    assertNotEquals(before.get(0), after.get(0).id());
    assertEquals(before.get(1), after.get(1).id());
    assertEquals(List.of(), table.messages);
  }

  @Test
  void joined_withAnOlderSession_isStale() {
    Table table = table();
    assertInstanceOf(Answer.Stale.class, table.take(rejoin("n1", 1)));
    assertInstanceOf(
        Answer.Stale.class, table.take(new RoundEvent.NodeLeft(new NodeName("n1"), 77)));
    assertTrue(table.machine.world().roster().find(new NodeName("n1")).isPresent());
  }

  @Test
  void joined_withAssignmentsThatAreOver_areCancelledButNotReceiptedOnes() {
    Table table = table();
    AssignmentId receipted = table.assignment("n1");
    table.submit("n1");
    AssignmentId over = AssignmentId.parse("t-1/9/1/n1");
    AssignmentId another = AssignmentId.parse("t-1/9/1/n2");

    table.take(rejoin("n1", 99, receipted, over, another));

    assertEquals(1, table.messages.size());
    assertEquals(
        over, assertInstanceOf(Effect.CancelAssignment.class, table.messages.get(0)).assignment());
  }

  @Test
  void left_duringItsWork_isStillWaitedForAndMayComeBack() {
    Table table = table();
    table.take(new RoundEvent.NodeLeft(new NodeName("n1"), 1));
    assertEquals(1, table.effects(Effect.OfferAssignment.class).size());
    assertEquals(Phase.COLLECTING, table.run().phase());

    table.take(rejoin("n1", 5));

    assertEquals(2, table.effects(Effect.OfferAssignment.class).size());
    table.count("n1", "n2");
    assertEquals(Phase.AGGREGATING, table.run().phase());
  }
}
