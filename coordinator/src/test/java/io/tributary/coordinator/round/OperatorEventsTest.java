package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RunId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Stop, pause, resume. */
final class OperatorEventsTest {
  private static final RunId RUN = new RunId("t-1");

  private static Table table() {
    return new Table().started(Plans.spec("t-1", Plans.plan(Map.of()), false)).joined("n1", "n2");
  }

  @Test
  void stop_active_endsAndCancelsButKeepsTheBest() {
    Table table = table();

    assertEquals(Answer.done(), table.take(new RoundEvent.StopAsked(RUN, "op")));

    assertEquals(Phase.STOPPED, table.run().phase());
    assertEquals("stopped by op", table.run().reason());
    assertEquals(List.of("n1:cancelled", "n2:cancelled"), table.cohort());
    assertEquals(2, table.messages.size());
    assertTrue(table.run().best().isPresent());
    assertEquals(List.of(), table.effects(Effect.OfferAssignment.class));
    assertEquals(Answer.done(), table.take(new RoundEvent.StopAsked(RUN, "op")));
  }

  @Test
  void stop_held_ends() {
    Table table = table();
    table.take(new RoundEvent.PauseAsked(RUN, "op"));
    table.take(new RoundEvent.StopAsked(RUN, "op"));
    assertEquals(Phase.STOPPED, table.run().phase());
  }

  @Test
  void pause_collecting_keepsOpenAndReceivedAndCancelsNothing() {
    Table table = table();
    table.submit("n1");

    assertEquals(Answer.done(), table.take(new RoundEvent.PauseAsked(RUN, "op")));

    assertEquals(Phase.PAUSED_ON_REQUEST, table.run().phase());
    assertEquals("held by op", table.run().reason());
    assertEquals(List.of("n1:received", "n2:offered"), table.cohort());
    assertEquals(List.of(), table.messages);
    assertEquals(List.of(), table.effects(Effect.OfferAssignment.class));
    assertEquals(Optional.empty(), table.machine.wakeAt());
    assertEquals(Answer.done(), table.take(new RoundEvent.PauseAsked(RUN, "op")));
  }

  @Test
  void resume_afterCollecting_goesOnWithThoseAtWork() {
    Table table = table();
    table.submit("n1");
    table.take(new RoundEvent.PauseAsked(RUN, "op"));

    assertEquals(Answer.done(), table.take(new RoundEvent.ResumeAsked(RUN)));

    assertEquals(1, table.run().open().round());
    assertEquals(1, table.run().open().attempt());
    assertEquals(Phase.COLLECTING, table.run().phase());
    table.judge("n1", new Judgement.Passed(1));
    assertEquals(List.of("n1:counted", "n2:offered"), table.cohort());
    assertEquals(1, table.effects(Effect.OfferAssignment.class).size());
    table.count("n2");
    assertEquals(Phase.AGGREGATING, table.run().phase());
  }

  @Test
  void resume_nodeDrawnElsewhereMeanwhile_isAskedAgainLater() {
    Table table = table();
    table.take(new RoundEvent.PauseAsked(RUN, "op"));
    table.take(new RoundEvent.RunAsked(Plans.spec("t-2", Plans.plan(Map.of()), false)));
    Effect.Evaluate zero = table.effect(Effect.Evaluate.class);
    table.take(new RoundEvent.EvaluationReady(zero.id(), Plans.figures(0.1)));

    table.take(new RoundEvent.ResumeAsked(RUN));

    assertEquals(List.of("n1:failed", "n2:failed"), table.cohort());
    assertEquals(2, table.messages.size());
    assertEquals(Phase.RECRUITING, table.run().phase());
    assertEquals(Optional.empty(), table.run().promiseLost());
  }

  @Test
  void resume_beforeAnyDraw_keepsTheAttempt() {
    Table table = new Table().started(Plans.spec("t-1", Plans.plan(Map.of()), false));
    table.take(new RoundEvent.PauseAsked(RUN, "op"));
    table.take(new RoundEvent.ResumeAsked(RUN));
    assertEquals(Phase.RECRUITING, table.run().phase());
    assertEquals(1, table.run().open().attempt());
    assertTrue(table.machine.wakeAt().isPresent());
  }

  @Test
  void resume_afterAggregating_ignoresTheResultOfBefore() {
    Table table = table().count("n1", "n2");
    Effect.Aggregate before = table.effect(Effect.Aggregate.class);
    table.take(new RoundEvent.PauseAsked(RUN, "op"));
    table.take(new RoundEvent.ResumeAsked(RUN));
    assertEquals(Phase.AGGREGATING, table.run().phase());

    Answer late =
        table.take(
            new RoundEvent.AggregateReady(
                before.id(),
                new Candidate(Plans.checkpoint("x"), new java.util.TreeMap<>()),
                true));

    assertInstanceOf(Answer.Stale.class, late);
    table.aggregate();
    assertEquals(Phase.EVALUATING, table.run().phase());
  }

  @Test
  void resume_active_isDoneAlready() {
    Table table = table();
    int before = table.history.size();
    assertEquals(Answer.done(), table.take(new RoundEvent.ResumeAsked(RUN)));
    assertEquals(before, table.history.size());
    assertEquals(Phase.COLLECTING, table.run().phase());
  }

  @Test
  void anything_onAnEndedRun_isRefused() {
    Table table = table();
    table.count("n1", "n2").aggregate().evaluate(0.2);
    table.count("n1", "n2").aggregate().evaluate(0.2);
    assertEquals(Phase.COMPLETED, table.run().phase());
    for (RoundEvent event :
        List.of(
            new RoundEvent.StopAsked(RUN, "op"),
            new RoundEvent.PauseAsked(RUN, "op"),
            new RoundEvent.ResumeAsked(RUN))) {
      var refused = assertInstanceOf(Answer.Refused.class, table.take(event));
      assertEquals(ErrorKind.NOT_READY, refused.kind());
      assertTrue(refused.sentence().contains("completed"), refused.sentence());
    }
  }

  @Test
  void anything_onAnUnknownRun_isNotFound() {
    RunId unknown = new RunId("nothing");
    for (RoundEvent event :
        List.of(
            new RoundEvent.StopAsked(unknown, "op"),
            new RoundEvent.PauseAsked(unknown, "op"),
            new RoundEvent.ResumeAsked(unknown))) {
      Answer answer = table().take(event);
      assertEquals(ErrorKind.NOT_FOUND, assertInstanceOf(Answer.Refused.class, answer).kind());
      assertEquals(
          ErrorKind.NOT_FOUND,
          Assertions.assertThrows(FederationException.class, answer::orThrow).kind());
    }
    assertEquals(
        ErrorKind.STALE,
        Assertions.assertThrows(FederationException.class, () -> Answer.stale("old").orThrow())
            .kind());
    assertEquals(Answer.done(), Answer.done().orThrow());
  }
}
