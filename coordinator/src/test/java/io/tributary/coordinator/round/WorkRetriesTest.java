package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The coordinator's own work fails: tried again after growing waits, waited out, or held. */
final class WorkRetriesTest {
  private static final RunId RUN = new RunId("t-1");

  private static Table aggregating() {
    return new Table()
        .started(Plans.spec("t-1", Plans.plan(Map.of()), false))
        .joined("n1", "n2")
        .count("n1", "n2");
  }

  private static void fail(Table table, ErrorKind kind) {
    EffectId id = table.effect(Effect.Aggregate.class).id();
    table.take(new RoundEvent.EffectFailed(id, kind, "it died"));
  }

  /** Fails until the run is held or the count is reached; gives the waits in seconds. */
  private static List<Long> failures(Table table, ErrorKind kind, int most) {
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < most && table.run().phase().active(); i++) {
      Instant before = table.now;
      table.run().marks().nextTry().ifPresent(at -> table.pass(Duration.between(before, at)));
      waits.add(Duration.between(before, table.now).toSeconds());
      fail(table, kind);
    }
    return waits;
  }

  @Test
  void workFails_againAndAgain_waitsGrowThenTheRunIsHeld() {
    Table table = aggregating();

    List<Long> waits = failures(table, ErrorKind.WORKER_CRASHED, 100);

    assertEquals(List.of(0L, 0L, 1L, 3L, 10L, 20L, 30L, 30L), waits);
    assertEquals(Phase.PAUSED_FAULT, table.run().phase());
    assertEquals("aggregating failed, 8 of 8 tries: it died", table.run().reason());
    assertEquals(Optional.empty(), table.machine.wakeAt());
  }

  @Test
  void workFails_whileWaiting_nothingIsAskedForAndLateResultsDoNotCount() {
    Table table = aggregating();
    fail(table, ErrorKind.WORKER_CRASHED);
    Effect.Aggregate second = table.effect(Effect.Aggregate.class);
    fail(table, ErrorKind.WORKER_CRASHED);

    assertEquals(List.of(), table.effects(Effect.Aggregate.class));
    assertEquals(Optional.of(table.now.plusSeconds(1)), table.machine.wakeAt());
    assertEquals("aggregating failed, 2 of 8 tries: it died", table.run().reason());
    assertInstanceOf(
        Answer.Stale.class,
        table.take(new RoundEvent.EffectFailed(second.id(), ErrorKind.CORRUPT, "late")));
    assertEquals(Phase.AGGREGATING, table.run().phase());
    table.pass(Duration.ofMillis(999));
    assertEquals(List.of(), table.effects(Effect.Aggregate.class));
    table.pass(Duration.ofMillis(1));
    assertNotEquals(second.id(), table.effect(Effect.Aggregate.class).id());
    assertEquals(Optional.empty(), table.machine.wakeAt());
  }

  @Test
  void workFails_forWantOfRoom_isWaitedOutWithoutLimit() {
    Table table = aggregating();

    List<Long> waits = failures(table, ErrorKind.FULL, 50);

    assertEquals(50, waits.size());
    assertEquals(30L, waits.get(49));
    assertEquals(
        "aggregating failed for want of room and waits for it: it died", table.run().reason());
    table.pass(Duration.ofSeconds(30)).aggregate();
    assertEquals(Phase.EVALUATING, table.run().phase());
    assertEquals(0, table.run().marks().failures());
    assertEquals("", table.run().reason());
  }

  @ParameterizedTest
  @EnumSource
  void workFails_everyKind_isTriedAgainOrHeldAtOnce(ErrorKind kind) {
    Table table = aggregating();
    fail(table, kind);
    assertEquals(kind.retryable() ? Phase.AGGREGATING : Phase.PAUSED_FAULT, table.run().phase());
    assertTrue(table.run().reason().contains("it died"), table.run().reason());
  }

  @Test
  void progress_startsCountingAnew() {
    Table table = aggregating();
    failures(table, ErrorKind.WORKER_CRASHED, 7);
    table.pass(Duration.ofSeconds(30)).aggregate();
    EffectId id = table.effect(Effect.Evaluate.class).id();

    table.take(new RoundEvent.EffectFailed(id, ErrorKind.OUT_OF_MEMORY, "too big"));

    assertEquals(Phase.EVALUATING, table.run().phase());
    assertEquals("evaluating failed, 1 of 8 tries: too big", table.run().reason());
  }

  @Test
  void restart_whileWaiting_triesAtOnceAndKeepsCounting() {
    Table table = aggregating();
    failures(table, ErrorKind.WORKER_CRASHED, 7);
    assertTrue(table.run().marks().nextTry().isPresent());

    table.restart();

    assertEquals(7, table.run().marks().tries());
    fail(table, ErrorKind.WORKER_CRASHED);
    assertEquals(Phase.PAUSED_FAULT, table.run().phase());
  }

  @Test
  void resume_afterTheLastTry_startsCountingAnew() {
    Table table = aggregating();
    failures(table, ErrorKind.WORKER_CRASHED, 100);

    table.take(new RoundEvent.ResumeAsked(RUN));

    assertEquals(Phase.AGGREGATING, table.run().phase());
    assertEquals(0, table.run().marks().tries());
    assertEquals(8, failures(table, ErrorKind.WORKER_CRASHED, 100).size());
  }

  @Test
  void pauseAndStop_whileWaiting_work() {
    Table table = aggregating();
    failures(table, ErrorKind.FULL, 4);
    table.take(new RoundEvent.PauseAsked(RUN, "op"));
    assertEquals(Phase.PAUSED_ON_REQUEST, table.run().phase());
    assertEquals(Optional.empty(), table.machine.wakeAt());
    table.take(new RoundEvent.ResumeAsked(RUN));
    assertEquals(1, table.effects(Effect.Aggregate.class).size());
    failures(table, ErrorKind.FULL, 4);
    table.take(new RoundEvent.StopAsked(RUN, "op"));
    assertEquals(Phase.STOPPED, table.run().phase());
    assertEquals(Optional.empty(), table.machine.wakeAt());
    assertEquals(List.of(), table.effects(Effect.Aggregate.class));
  }

  @Test
  void judgingFails_pastTheDeadline_theRoundWaitsForItWithoutSpinning() {
    Table table =
        new Table().started(Plans.spec("t-1", Plans.plan(Map.of()), false)).joined("n1", "n2");
    table.submit("n1");
    table.submit("n2");
    for (int i = 0; i < 3; i++) {
      table.pass(Duration.ofSeconds(10));
      EffectId id = table.effect(Effect.JudgeUpdate.class).id();
      table.take(new RoundEvent.EffectFailed(id, ErrorKind.FULL, "no room"));
    }
    assertEquals(
        "judging the update of n1 failed for want of room and waits for it: no room",
        table.run().reason());

    table.pass(Duration.ofHours(1));

    assertEquals(Optional.empty(), table.machine.wakeAt());
    table.judge("n1", new Judgement.Passed(1));
    assertEquals("", table.run().reason());
    table.judge("n2", new Judgement.Passed(1));
    assertEquals(Phase.AGGREGATING, table.run().phase());
  }
}
