package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import io.tributary.federation.plan.Plan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every row of the machine's table. */
final class RoundMachineTest {
  private static final Duration RECRUIT = Duration.ofMinutes(2);
  private static final Duration ROUND = Duration.ofMinutes(30);

  private static Table table(Map<String, String> changes) {
    return new Table().started(Plans.spec("t-1", Plans.plan(changes), false));
  }

  private static Table table() {
    return table(Map.of());
  }

  @Test
  void runAsked_new_evaluatesTheUntouchedBase() {
    var table = new Table();
    RunSpec spec = Plans.spec("t-1", Plans.plan(Map.of()), false);

    assertEquals(Answer.done(), table.take(new RoundEvent.RunAsked(spec)));

    assertEquals(Phase.EVALUATING, table.run().phase());
    Effect.Evaluate evaluate = table.effect(Effect.Evaluate.class);
    assertEquals(spec.zero(), evaluate.checkpoint());
    assertEquals(0, evaluate.round().round());
    assertEquals(Effect.Part.SELECTION, evaluate.part());
    assertEquals(
        List.of("RunCreated", "RoundOpened"),
        table.history.stream().map(staged -> staged.transition().kind()).toList());
  }

  @Test
  void runAsked_again_isTakenOnceAndAnotherUnderItsNameRefused() {
    Table table = table();
    int before = table.history.size();

    assertEquals(Answer.done(), table.take(new RoundEvent.RunAsked(table.run().spec())));
    Answer other =
        table.take(
            new RoundEvent.RunAsked(Plans.spec("t-1", Plans.plan(Map.of("seed", "8")), false)));

    assertEquals(ErrorKind.ALREADY_EXISTS, assertInstanceOf(Answer.Refused.class, other).kind());
    assertEquals(before, table.history.size());
  }

  @Test
  void roundZero_evaluated_commitsIsBestAndRoundOneRecruits() {
    Table table = table();

    assertEquals(Phase.RECRUITING, table.run().phase());
    assertEquals(1, table.run().open().round());
    assertEquals(1, table.run().rounds().size());
    assertEquals(0, table.run().best().orElseThrow().round());
    assertEquals(Optional.of(Table.START.plus(RECRUIT)), table.machine.wakeAt());
  }

  @Test
  void recruiting_tooFewNodes_waitsAndSaysSo() {
    Table table = table().joined("n1");

    assertEquals(Phase.RECRUITING, table.run().phase());
    String waiting = table.machine.waiting(new RunId("t-1")).orElseThrow();
    assertTrue(waiting.contains("1 can take part (expected: 2)"), waiting);
  }

  @Test
  void recruiting_deadlineWithTooFew_pausesWithReason() {
    Table table = table().joined("n1").pass(RECRUIT.minusNanos(1));
    assertEquals(Phase.RECRUITING, table.run().phase());

    table.pass(Duration.ofNanos(1));

    assertEquals(Phase.PAUSED_TOO_FEW_NODES, table.run().phase());
    assertTrue(table.run().reason().contains("1 can take part"), table.run().reason());
    assertEquals(Optional.empty(), table.machine.wakeAt());
  }

  @Test
  void recruiting_enoughNodes_drawsAndOffers() {
    Table table = table().joined("n1", "n2");

    assertEquals(Phase.COLLECTING, table.run().phase());
    assertEquals(List.of("n1:offered", "n2:offered"), table.cohort());
    List<Effect.OfferAssignment> offers = table.effects(Effect.OfferAssignment.class);
    assertEquals(2, offers.size());
    assertEquals(table.assignment("n1"), offers.get(0).assignment());
    assertEquals(Table.START.plus(ROUND), offers.get(0).closesAt());
    assertEquals(100, table.record("n1").declaredExamples());
  }

  @Test
  void collecting_allCounted_aggregatesAtOnce() {
    Table table = table().joined("n1", "n2").count("n2");
    assertEquals(Phase.COLLECTING, table.run().phase());

    table.count("n1");

    assertEquals(Phase.AGGREGATING, table.run().phase());
    Effect.Aggregate aggregate = table.effect(Effect.Aggregate.class);
    assertEquals(
        List.of("n1", "n2"), aggregate.counted().stream().map(a -> a.node().value()).toList());
    assertEquals(table.run().spec().zero(), aggregate.base());
    assertEquals(Optional.empty(), table.machine.wakeAt());
  }

  /** What a node goes on from is its last update that counted, whatever came after it. */
  @Test
  void offers_planThatKeepsState_nameTheLastUpdateThatCounted() {
    Table table =
        table(Map.of("train.optimizer-state", "\"keep\"", "federation.rounds", "3"))
            .joined("n1", "n2");
    table
        .effects(Effect.OfferAssignment.class)
        .forEach(offer -> assertEquals(Optional.empty(), offer.lastCounted()));
    AssignmentId first = table.assignment("n1");
    table.count("n1", "n2").aggregate().evaluate(0.5);
    for (Effect.OfferAssignment offer : table.effects(Effect.OfferAssignment.class)) {
      assertEquals(
          Optional.of(new AssignmentId(first.round(), 1, offer.assignment().node())),
          offer.lastCounted());
    }
  }

  @Test
  void offers_planThatStartsFresh_nameNoUpdate() {
    Table table = table().joined("n1", "n2").count("n1", "n2").aggregate().evaluate(0.5);
    assertEquals(2, table.effects(Effect.OfferAssignment.class).size());
    table
        .effects(Effect.OfferAssignment.class)
        .forEach(offer -> assertEquals(Optional.empty(), offer.lastCounted()));
  }

  @Test
  void recruiting_quorumOfOne_doesNotWaitForMore() {
    Table table = table(Map.of("federation.cohort.quorum", "1")).joined("n1").joined("n2");
    assertEquals(List.of("n1:offered"), table.cohort());
    table.count("n1");
    assertEquals(Phase.AGGREGATING, table.run().phase());
  }

  @Test
  void collecting_deadlineWithQuorum_aggregatesWithoutTheLate() {
    Table three = threeOfQuorumTwo().count("n1", "n3").pass(ROUND.minusNanos(1));
    assertEquals(Phase.COLLECTING, three.run().phase());
    three.pass(Duration.ofNanos(1));

    assertEquals(Phase.AGGREGATING, three.run().phase());
    assertEquals(List.of("n1:counted", "n2:cancelled", "n3:counted"), three.cohort());
    var cancel = assertInstanceOf(Effect.CancelAssignment.class, three.messages.get(0));
    assertEquals("n2", cancel.assignment().node().value());
  }

  /** Three nodes wait while round 0 is evaluated, so that all are drawn with a quorum of two. */
  private static Table threeOfQuorumTwo(Map<String, String> changes) {
    var table = new Table();
    table.take(new RoundEvent.RunAsked(Plans.spec("t-1", Plans.plan(changes), false)));
    return table.joined("n1", "n2", "n3").evaluate(0.1);
  }

  private static Table threeOfQuorumTwo() {
    return threeOfQuorumTwo(Map.of());
  }

  @Test
  void collecting_deadlineWithUnjudgedUpdate_waitsForTheGate() {
    Table table = threeOfQuorumTwo().count("n1");
    table.submit("n2");

    table.pass(ROUND);

    assertEquals(Phase.COLLECTING, table.run().phase());
    table.judge("n2", new Judgement.Passed(1));
    assertEquals(Phase.AGGREGATING, table.run().phase());
  }

  @Test
  void collecting_deadlineBelowQuorum_extendsAndCarriesOver() {
    Table table = threeOfQuorumTwo().count("n1");

    table.pass(ROUND);

    assertEquals(Phase.RECRUITING, table.run().phase());
    assertEquals(2, table.run().open().attempt());
    assertEquals(List.of("n1:counted", "n2:offered", "n3:offered"), table.cohort());
    table.joined("n4");
    assertEquals(Phase.COLLECTING, table.run().phase());
    assertEquals(
        new AssignmentId(table.assignment("n1").round(), 2, new NodeName("n4")),
        table.assignment("n4"));
    table.count("n4");
    assertEquals(Phase.COLLECTING, table.run().phase());
    table.pass(ROUND);
    assertEquals(Phase.AGGREGATING, table.run().phase());
    assertEquals(2, table.effect(Effect.Aggregate.class).counted().size());
  }

  @Test
  void recruiting_extendedAndLateUpdateMakesQuorum_aggregates() {
    Table table = threeOfQuorumTwo().count("n1").pass(ROUND);
    assertEquals(Phase.RECRUITING, table.run().phase());

    table.count("n3");

    assertEquals(Phase.AGGREGATING, table.run().phase());
  }

  @Test
  void recruiting_extendedWithNobodyNewAtTheDeadline_waitsForThoseAtWork() {
    Table table = threeOfQuorumTwo().count("n1").pass(ROUND).pass(RECRUIT);

    assertEquals(Phase.COLLECTING, table.run().phase());
    assertEquals(List.of("n1:counted", "n2:offered", "n3:offered"), table.cohort());
    table.count("n2").pass(ROUND);
    assertEquals(Phase.AGGREGATING, table.run().phase());
  }

  @Test
  void collecting_allEndedBelowQuorum_extendsAtOnceAndAsksAgainWhereAllowed() {
    Table table = threeOfQuorumTwo().count("n1").fail("n2", true);
    assertEquals(Phase.COLLECTING, table.run().phase());

    table.decline("n3", false);

    assertEquals(2, table.run().open().attempt());
    assertEquals(Phase.COLLECTING, table.run().phase());
    assertEquals(List.of("n1:counted", "n2:failed", "n3:declined", "n2:offered"), table.cohort());
  }

  @Test
  void collecting_allEndedWithQuorum_doesNotWaitForTheDeadline() {
    Table table = threeOfQuorumTwo().count("n1", "n2").fail("n3", true);

    assertEquals(Phase.AGGREGATING, table.run().phase());
    assertEquals(1, table.run().open().attempt());
  }

  @Test
  void extension_freshNodeFree_isPreferredToOneThatFailed() {
    Table table = threeOfQuorumTwo();
    table.joined("n9");
    table.count("n1").fail("n2", true).fail("n3", true);

    assertEquals(
        List.of("n1:counted", "n2:failed", "n3:failed", "n2:offered", "n9:offered"),
        pickSorted(table));
  }

  /** n9 always; the second place goes to one of those that failed, by the seed. */
  private static List<String> pickSorted(Table table) {
    return table.cohort().stream().map(a -> a.replace("n3:offered", "n2:offered")).toList();
  }

  @Test
  void collecting_attemptsExhausted_pausesAndKeepsWhatCounted() {
    Table table = threeOfQuorumTwo(Map.of("federation.attempts", "1")).count("n1").pass(ROUND);

    assertEquals(Phase.PAUSED_ATTEMPTS_EXHAUSTED, table.run().phase());
    assertEquals(List.of("n1:counted", "n2:offered", "n3:offered"), table.cohort());
    assertTrue(table.run().reason().contains("1 updates counted (expected: 2)"));

    assertEquals(Answer.done(), table.take(new RoundEvent.ResumeAsked(new RunId("t-1"))));
    assertEquals(1, table.run().open().attempt());
    assertEquals(1, table.run().open().attemptsUsed());
    table.count("n2", "n3");
    assertEquals(3, table.effect(Effect.Aggregate.class).counted().size());
  }

  @Test
  void refusedUpdate_others_goOnAndItsNodeIsNotAskedAgain() {
    Table table = threeOfQuorumTwo();
    table.submit("n1");
    table.judge("n1", new Judgement.Refused("NOT_FINITE", "value is NaN"));

    assertEquals(AssignmentStage.REFUSED, table.record("n1").stage());
    assertEquals("NOT_FINITE: value is NaN", table.record("n1").reason());
    table.count("n2").fail("n3", true);

    assertEquals(2, table.run().open().attempt());
    assertFalse(table.cohort().contains("n1:offered"));
    assertTrue(table.cohort().contains("n3:offered"));
  }

  @Test
  void allRefused_never_aggregatesNothing() {
    Table table = threeOfQuorumTwo();
    for (String node : List.of("n1", "n2", "n3")) {
      table.submit(node);
      table.judge(node, new Judgement.Refused("NORM", "too long"));
    }
    assertEquals(Phase.RECRUITING, table.run().phase());
    table.pass(RECRUIT);
    assertEquals(Phase.PAUSED_TOO_FEW_NODES, table.run().phase());
    assertEquals(List.of(), table.effects(Effect.Aggregate.class));
  }

  @Test
  void aggregated_finite_isEvaluatedThenCommittedAndTheNextRoundOpens() {
    Table table = threeOfQuorumTwo().count("n1", "n2", "n3").aggregate();
    assertEquals(Phase.EVALUATING, table.run().phase());
    assertEquals(Plans.checkpoint("t-1/1"), table.effect(Effect.Evaluate.class).checkpoint());
    assertEquals(table.run().spec().zero(), table.run().current());

    table.evaluate(0.5);

    assertEquals(2, table.run().open().round());
    assertEquals(Plans.checkpoint("t-1/1"), table.run().current());
    assertEquals(1, table.run().best().orElseThrow().round());
    assertEquals(3, table.run().rounds().get(1).updates());
    assertEquals(1200, table.run().rounds().get(1).bytesUp());
    assertEquals(2400, table.run().rounds().get(1).bytesDown());
    assertEquals(3, table.run().rounds().get(1).weights().size());
    assertEquals(Phase.COLLECTING, table.run().phase());
  }

  @Test
  void aggregated_notFinite_failsAndKeepsTheCheckpoint() {
    Table table = threeOfQuorumTwo().count("n1", "n2", "n3");
    Effect.Aggregate effect = table.effect(Effect.Aggregate.class);
    var candidate = new Candidate(Plans.checkpoint("bad"), new TreeMap<>());

    table.take(new RoundEvent.AggregateReady(effect.id(), candidate, false));

    assertEquals(Phase.FAILED, table.run().phase());
    assertTrue(table.run().reason().contains("diverged"), table.run().reason());
    assertEquals(table.run().spec().zero(), table.run().current());
  }

  @Test
  void evaluated_lossNotFinite_failsAndKeepsTheCheckpoint() {
    Table table = threeOfQuorumTwo().count("n1", "n2", "n3").aggregate();
    EffectId id = table.effect(Effect.Evaluate.class).id();

    table.take(
        new RoundEvent.EvaluationReady(id, new Figures(1, Double.NaN, 0, 0, 0, 0, List.of())));

    assertEquals(Phase.FAILED, table.run().phase());
    assertTrue(table.run().reason().contains("NaN"), table.run().reason());
    assertEquals(table.run().spec().zero(), table.run().current());
  }

  @Test
  void lastRound_committed_completesAndIsEvaluatedToo() {
    Table table = threeOfQuorumTwo();
    for (int round = 1; round <= 2; round++) {
      table.count("n1", "n2", "n3").aggregate().evaluate(0.2 * round);
    }

    assertEquals(Phase.COMPLETED, table.run().phase());
    assertEquals(Optional.of(CompletionReason.ROUNDS), table.run().completion());
    assertEquals(3, table.run().rounds().size());
    assertEquals(Plans.checkpoint("t-1/2").trained().digest(), table.run().finalDigest());
    assertTrue(table.run().marks().ended().isPresent());
  }

  @Test
  void lastRound_withTestPart_readsItOnceForTheBest() {
    var table = new Table();
    Plan plan = Plans.plan(Map.of("federation.rounds", "1"));
    table.take(new RoundEvent.RunAsked(Plans.spec("t-1", plan, true)));
    table.joined("n1", "n2").evaluate(0.1).count("n1", "n2").aggregate().evaluate(0.05);

    assertEquals(Phase.TESTING, table.run().phase());
    Effect.Evaluate effect = table.effect(Effect.Evaluate.class);
    assertEquals(Effect.Part.TEST, effect.part());
    assertEquals(table.run().spec().zero(), effect.checkpoint());
    table.take(new RoundEvent.EvaluationReady(effect.id(), Plans.figures(0.33)));

    assertEquals(Phase.COMPLETED, table.run().phase());
    assertEquals(Optional.of(Plans.figures(0.33)), table.run().test());
    assertEquals(0, table.run().best().orElseThrow().round());
  }

  @Test
  void effectFailed_notRetryable_holdsAtOnce() {
    Table table = threeOfQuorumTwo();
    table.submit("n1");
    EffectId id = table.effect(Effect.JudgeUpdate.class).id();

    table.take(new RoundEvent.EffectFailed(id, ErrorKind.CORRUPT, "spool file is gone"));

    assertEquals(Phase.PAUSED_FAULT, table.run().phase());
    assertEquals(AssignmentStage.RECEIVED, table.record("n1").stage());
    assertEquals(List.of(), table.effects(Effect.JudgeUpdate.class));
    table.take(new RoundEvent.ResumeAsked(new RunId("t-1")));
    assertNotEquals(id, table.effect(Effect.JudgeUpdate.class).id());
    table.judge("n1", new Judgement.Passed(1));
    assertEquals(AssignmentStage.COUNTED, table.record("n1").stage());
  }

  @Test
  void wrongKindOfResult_isADefect() {
    Table table = threeOfQuorumTwo().count("n1", "n2", "n3");
    EffectId id = table.effect(Effect.Aggregate.class).id();

    var thrown =
        assertThrows(
            IllegalStateException.class,
            () -> table.take(new RoundEvent.EvaluationReady(id, Plans.figures(1))));

    assertTrue(thrown.toString().contains("EvaluationReady"), thrown.toString());
  }

  @Test
  void defectFound_holdsTheRunWithTheReason() {
    Table table = threeOfQuorumTwo();

    Answer answer =
        table.take(new RoundEvent.DefectFound(new RunId("t-1"), "defect in the coordinator: x"));

    assertEquals(ErrorKind.INTERNAL, assertInstanceOf(Answer.Refused.class, answer).kind());
    assertEquals(Phase.PAUSED_FAULT, table.run().phase());
    assertEquals("defect in the coordinator: x", table.run().reason());
  }

  @Test
  void collecting_extendedAndTargetReached_closesThoughOthersStillWork() {
    Table table = threeOfQuorumTwo().count("n1").pass(ROUND).joined("n4");
    assertEquals(Phase.COLLECTING, table.run().phase());
    table.count("n4");
    assertEquals(Phase.COLLECTING, table.run().phase(), "two of a target of three");

    table.count("n2");

    assertEquals(Phase.AGGREGATING, table.run().phase());
    assertEquals(AssignmentStage.CANCELLED, table.record("n3").stage());
  }

  @Test
  void resume_afterRefusals_mayAskTheSameNodesAgain() {
    Table table = threeOfQuorumTwo();
    for (String node : List.of("n1", "n2", "n3")) {
      table.submit(node);
      table.judge(node, new Judgement.Refused("NORM", "too long"));
    }
    table.pass(RECRUIT);
    assertEquals(Phase.PAUSED_TOO_FEW_NODES, table.run().phase());

    table.take(new RoundEvent.ResumeAsked(new RunId("t-1")));

    assertEquals(Phase.COLLECTING, table.run().phase());
    assertEquals(3, table.run().open().live().size());
    table.count("n1", "n2", "n3").aggregate().evaluate(0.2);
    RoundRecord round = table.run().rounds().get(1);
    assertEquals(3, round.updates());
    assertEquals(3, round.refused());
    assertEquals(RECRUIT, round.duration());
    assertEquals(3, round.attempts());
  }

  @Test
  void events_concern_theirRun() {
    AssignmentId id = AssignmentId.parse("t-1/1/1/n1");
    var effect = new EffectId(new RunId("t-1"), "x");
    RunSpec spec = Plans.spec("t-1", Plans.plan(Map.of()), false);
    for (RoundEvent event :
        List.of(
            new RoundEvent.RunAsked(spec),
            new RoundEvent.StopAsked(spec.run(), "op"),
            new RoundEvent.PauseAsked(spec.run(), "op"),
            new RoundEvent.ResumeAsked(spec.run()),
            new RoundEvent.NodeAccepted(id),
            new RoundEvent.NodeDeclined(id, "BUSY", "busy", true),
            new RoundEvent.NodeFailed(id, ErrorKind.INTERNAL, true, "x"),
            new RoundEvent.UpdateStored(id, Plans.update("u", Plans.digest("c"))),
            new RoundEvent.EffectFailed(effect, ErrorKind.INTERNAL, "x"),
            new RoundEvent.DefectFound(spec.run(), "x"))) {
      assertEquals(Optional.of(spec.run()), event.concerns(), event.toString());
    }
    assertEquals(Optional.empty(), new RoundEvent.TimePassed().concerns());
    assertEquals(Optional.empty(), new RoundEvent.Restarted(2).concerns());
    assertEquals(Optional.empty(), new RoundEvent.NodeLeft(new NodeName("n1"), 1).concerns());
    assertTrue(effect.compareTo(new EffectId(new RunId("t-1"), "y")) < 0);
    assertTrue(effect.compareTo(new EffectId(new RunId("a-1"), "y")) > 0);
  }
}
