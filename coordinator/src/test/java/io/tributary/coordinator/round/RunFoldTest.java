package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.RunId;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The fold, and every move that it refuses. */
final class RunFoldTest {
  private static final RunId RUN = new RunId("t-1");

  /** A state in each phase, reached by events. */
  private static Map<Phase, RunState> states() {
    Map<Phase, RunState> states = new EnumMap<>(Phase.class);
    var table = new Table();
    RunSpec spec = Plans.spec("t-1", Plans.plan(Map.of("federation.rounds", "1")), true);
    table.take(new RoundEvent.RunAsked(spec));
    states.put(Phase.CREATED, RunFold.fold(table.history.subList(0, 1)));
    states.put(Phase.EVALUATING, table.run());
    table.evaluate(0.1);
    states.put(Phase.RECRUITING, table.run());
    for (Phase held : Phase.values()) {
      if (held.held()) {
        states.put(held, next(table.run(), new Transition.RunPaused(held, "why")));
      }
    }
    states.put(Phase.FAILED, next(table.run(), new Transition.RunFailed("why")));
    states.put(Phase.STOPPED, next(table.run(), new Transition.RunStopped("why")));
    table.joined("n1", "n2");
    states.put(Phase.COLLECTING, table.run());
    table.count("n1", "n2");
    states.put(Phase.AGGREGATING, table.run());
    table.aggregate().evaluate(0.4);
    states.put(Phase.TESTING, table.run());
    int committed = indexOf(table, "RoundCommitted", 2);
    states.put(Phase.COMMITTED, RunFold.fold(table.history.subList(0, committed + 1)));
    table.evaluate(0.4);
    states.put(Phase.COMPLETED, table.run());
    var sites = new Table();
    Map<String, String> atSites = Map.of("evaluation.where", "\"sites\"");
    sites.take(new RoundEvent.RunAsked(Plans.spec("t-1", Plans.plan(atSites), false)));
    states.put(Phase.EVALUATING_AT_SITES, sites.run());
    return states;
  }

  private static int indexOf(Table table, String kind, int which) {
    int seen = 0;
    for (int i = 0; i < table.history.size(); i++) {
      if (table.history.get(i).transition().kind().equals(kind) && ++seen == which) {
        return i;
      }
    }
    throw new AssertionError(kind);
  }

  private static RunState next(RunState state, Transition transition) {
    return RunFold.apply(
        Optional.of(state),
        new Staged(state.run(), state.marks().sequence() + 1, state.marks().at(), transition));
  }

  @Test
  void everyKindInEveryPhase_outsideTheTable_throwsWithBoth() {
    Map<Phase, RunState> states = states();
    assertEquals(Phase.values().length, states.size());
    int refused = 0;
    for (Transition transition : TransitionTest.oneOfEach()) {
      Set<Phase> allowed = TransitionTable.allowed(transition.kind());
      for (Map.Entry<Phase, RunState> entry : states.entrySet()) {
        assertEquals(entry.getKey(), entry.getValue().phase());
        if (!allowed.contains(entry.getKey()) && !(transition instanceof Transition.RunCreated)) {
          var thrown =
              assertThrows(IllegalStateException.class, () -> next(entry.getValue(), transition));
          assertEquals(
              "run t-1 cannot take " + transition.kind() + " in " + entry.getKey(),
              thrown.getMessage());
          refused++;
        }
      }
    }
    assertTrue(refused > 200, "refused: " + refused);
  }

  @Test
  void table_rows_areThoseOfTheClassComment() {
    assertEquals(Set.of(), TransitionTable.allowed("RunCreated"));
    assertEquals(Set.of(Phase.RECRUITING), TransitionTable.allowed("CohortDrawn"));
    assertEquals(Set.of(Phase.COLLECTING), TransitionTable.allowed("AttemptExtended"));
    assertEquals(
        Set.of(Phase.RECRUITING, Phase.COLLECTING), TransitionTable.allowed("CollectionClosed"));
    assertEquals(Set.of(Phase.AGGREGATING), TransitionTable.allowed("AggregationFinished"));
    assertEquals(
        Set.of(Phase.EVALUATING, Phase.EVALUATING_AT_SITES),
        TransitionTable.allowed("RoundCommitted"));
    for (String kind : List.of("SitesAsked", "SiteReported", "SitesEvaluated")) {
      assertEquals(Set.of(Phase.EVALUATING_AT_SITES), TransitionTable.allowed(kind));
    }
    assertEquals(Set.of(Phase.COMMITTED, Phase.TESTING), TransitionTable.allowed("RunCompleted"));
    assertEquals(4, TransitionTable.allowed("RunResumed").size());
    for (String kind : Transition.kinds()) {
      assertNotNull(TransitionTable.allowed(kind));
      assertTrue(TransitionTable.allowed(kind).stream().noneMatch(Phase::ended), "ended: " + kind);
    }
    assertThrows(IllegalStateException.class, () -> TransitionTable.allowed("Nonsense"));
  }

  @Test
  void sequence_withAGapOrTwice_throws() {
    RunState state = states().get(Phase.RECRUITING);
    assertNotNull(state);
    for (long sequence : new long[] {state.marks().sequence(), state.marks().sequence() + 2}) {
      var staged = new Staged(RUN, sequence, Table.START, new Transition.RunStopped("x"));
      assertThrows(IllegalStateException.class, () -> RunFold.apply(Optional.of(state), staged));
    }
  }

  @Test
  void runCreated_twiceOrNotFirst_throws() {
    RunState state = states().get(Phase.RECRUITING);
    assertNotNull(state);
    var created = new Transition.RunCreated(state.spec());
    assertThrows(IllegalStateException.class, () -> next(state, created));
    assertThrows(
        IllegalStateException.class,
        () -> RunFold.apply(Optional.empty(), new Staged(RUN, 2, Table.START, created)));
    assertThrows(
        IllegalStateException.class,
        () ->
            RunFold.apply(
                Optional.empty(), new Staged(RUN, 1, Table.START, new Transition.RunFailed("x"))));
    assertThrows(IllegalArgumentException.class, () -> RunFold.fold(List.of()));
  }

  @Test
  void assignment_unknownOrEnded_throws() {
    RunState state = states().get(Phase.COLLECTING);
    assertNotNull(state);
    AssignmentId known = AssignmentId.parse("t-1/1/1/n1");
    AssignmentId unknown = AssignmentId.parse("t-1/1/1/n9");
    UpdateFacts facts = Plans.update("u", Plans.digest("c"));
    assertThrows(
        IllegalStateException.class, () -> next(state, new Transition.AssignmentAccepted(unknown)));
    assertThrows(
        IllegalStateException.class,
        () -> next(state, new Transition.UpdateJudged(known, new Judgement.Passed(1))));
    RunState received = next(state, new Transition.UpdateReceipted(known, facts));
    var thrown =
        assertThrows(
            IllegalStateException.class,
            () -> next(received, new Transition.UpdateReceipted(known, facts)));
    assertTrue(thrown.toString().contains("RECEIVED"), thrown.toString());
    assertThrows(
        IllegalStateException.class,
        () ->
            next(
                received,
                new Transition.AssignmentFailed(known, ErrorKind.INTERNAL, true, "late")));
    RunState accepted = next(state, new Transition.AssignmentAccepted(known));
    assertThrows(
        IllegalStateException.class,
        () -> next(accepted, new Transition.AssignmentAccepted(known)));
  }

  @Test
  void rounds_outOfOrderOrFromAnotherCheckpoint_throw() {
    RunState created = states().get(Phase.CREATED);
    RunState evaluating = states().get(Phase.EVALUATING);
    RunState collecting = states().get(Phase.COLLECTING);
    assertNotNull(created);
    assertNotNull(evaluating);
    assertNotNull(collecting);
    var zero = created.current().manifest().digest();
    assertThrows(
        IllegalStateException.class, () -> next(created, new Transition.RoundOpened(1, zero)));
    assertThrows(
        IllegalStateException.class,
        () -> next(created, new Transition.RoundOpened(0, Plans.digest("other"))));
    assertThrows(
        IllegalStateException.class,
        () -> next(evaluating, new Transition.RoundCommitted(0, zero)),
        "no figures yet");
    RunState judged = next(evaluating, new Transition.EvaluationFinished(Plans.figures(0.1)));
    assertThrows(
        IllegalStateException.class, () -> next(judged, new Transition.RoundCommitted(1, zero)));
    assertThrows(
        IllegalStateException.class,
        () -> next(judged, new Transition.RoundCommitted(0, Plans.digest("other"))));
    assertThrows(
        IllegalStateException.class,
        () -> next(collecting, new Transition.AttemptExtended(1, "again")));
  }

  @Test
  void fold_ofAWholeHistory_isTheState() {
    var table = new Table();
    table.take(new RoundEvent.RunAsked(Plans.spec("t-1", Plans.plan(Map.of()), true)));
    table.joined("n1", "n2", "n3").evaluate(0.1).count("n1").fail("n2", true);
    table.pass(Duration.ofMinutes(30));
    table.take(new RoundEvent.PauseAsked(RUN, "op"));
    table.take(new RoundEvent.ResumeAsked(RUN));
    assertEquals(table.run(), RunFold.fold(table.history));
    assertEquals(table.machine.world().runs(), World.fold(table.history).runs());
  }

  @Test
  void time_neverGoesBack() {
    var table = new Table().started(Plans.spec("t-1", Plans.plan(Map.of()), false));
    table.now = Table.START.minusSeconds(3600);

    table.joined("n1", "n2");

    assertEquals(Phase.COLLECTING, table.run().phase());
    assertEquals(Table.START, table.run().marks().at());
  }

  @Test
  void phases_groups_areThree() {
    assertTrue(Phase.COLLECTING.active() && !Phase.COLLECTING.held());
    assertTrue(Phase.PAUSED_FAULT.held() && !Phase.PAUSED_FAULT.active());
    assertTrue(Phase.STOPPED.ended() && !Phase.STOPPED.held());
    assertEquals("paused", Phase.PAUSED_ATTEMPTS_EXHAUSTED.token());
    assertEquals("evaluating", Phase.TESTING.token());
    assertEquals("offered", AssignmentStage.OFFERED.token());
    assertEquals("rounds", CompletionReason.ROUNDS.token());
    assertEquals("t-1/1/aggregate#3", new EffectId(RUN, "1/aggregate#3").toString());
  }
}
