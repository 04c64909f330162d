package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In virtual time: a lost node delays nothing beyond the plan's deadlines, in any phase. */
final class SilentNodesTest {
  private static final Duration RECRUIT = Duration.ofMinutes(2);
  private static final Duration ROUND = Duration.ofMinutes(30);

  /** What node n3 does with its assignment. */
  private enum Silence {
    NEVER_ANSWERS,
    ACCEPTS,
    DISCONNECTS
  }

  private static Table collecting(boolean deterministic) {
    String all = "[\"n1\",\"n2\",\"n3\"]";
    var plan =
        Plans.plan(
            Map.of(
                "deterministic", Boolean.toString(deterministic), "federation.cohort.nodes", all));
    var table = new Table();
    table.take(new RoundEvent.RunAsked(Plans.spec("t-1", plan, false)));
    table.joined("n1", "n2", "n3").evaluate(0.1);
    assertEquals(Phase.COLLECTING, table.run().phase());
    return table;
  }

  private static void silent(Table table, Silence silence) {
    switch (silence) {
      case NEVER_ANSWERS -> {}
      case ACCEPTS -> table.take(new RoundEvent.NodeAccepted(table.assignment("n3")));
      case DISCONNECTS -> {
        table.take(new RoundEvent.NodeAccepted(table.assignment("n3")));
        table.take(new RoundEvent.NodeLeft(new NodeName("n3"), 3));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void collecting_closesAtTheDeadline(Silence silence) {
    for (boolean deterministic : new boolean[] {true, false}) {
      Table table = collecting(deterministic);
      Instant deadline = table.now.plus(ROUND);
      silent(table, silence);
      table.count("n1", "n2");
      assertEquals(Phase.COLLECTING, table.run().phase());
      assertEquals(deadline, table.machine.wakeAt().orElseThrow());

      table.pass(ROUND);

      assertEquals(Phase.AGGREGATING, table.run().phase());
      table.aggregate().evaluate(0.2);
      assertEquals(1, table.run().rounds().get(1).round());
    }
  }

  @ParameterizedTest
  @EnumSource
  void belowTheQuorum_attemptsEndWithinTheirDeadlinesThenItPauses(Silence silence) {
    Table table = collecting(false);
    silent(table, silence);
    table.count("n1");
    table.take(new RoundEvent.NodeLeft(new NodeName("n2"), 2));
    table.take(new RoundEvent.NodeLeft(new NodeName("n3"), 3));
    Instant start = table.now;
    int wakes = 0;
    while (table.run().phase().active()) {
      table.pass(Duration.between(table.now, table.machine.wakeAt().orElseThrow()));
      assertTrue(++wakes < 20, "spins");
    }

    Duration most = ROUND.plus(RECRUIT).multipliedBy(3);
    assertFalse(Duration.between(start, table.now).compareTo(most) > 0);
    assertTrue(table.run().phase().held(), table.run().phase().toString());
    assertFalse(table.run().reason().isEmpty());
    assertEquals(AssignmentStage.COUNTED, table.record("n1").stage());
  }

  @Test
  void recruiting_nodesThatNeverCome_pausesAtTheDeadline() {
    Table table = new Table().started(Plans.spec("t-1", Plans.plan(Map.of()), false)).joined("n1");

    table.pass(RECRUIT.minusNanos(1));
    assertEquals(Phase.RECRUITING, table.run().phase());
    table.pass(Duration.ofNanos(1));

    assertEquals(Phase.PAUSED_TOO_FEW_NODES, table.run().phase());
  }

  /** A node that fails at once, every time it is asked, uses up attempts and no more. */
  @Test
  void retryableFailures_againAndAgain_areBoundedByTheAttempts() {
    Table table = collecting(true);
    table.count("n1");
    int failures = 0;
    while (table.run().phase().active()) {
      for (AssignmentRecord work : table.run().open().live()) {
        table.fail(work.node().value(), true);
        failures++;
      }
      assertTrue(failures < 20, "spins");
    }

    assertEquals(Phase.PAUSED_ATTEMPTS_EXHAUSTED, table.run().phase());
    assertEquals(3, table.run().open().attempt());
    assertTrue(table.run().reason().contains("no attempt left"), table.run().reason());
  }

  /** What is refused again and again is noted once an assignment. */
  @Test
  void refusedUploads_againAndAgain_areJournaledOnce() {
    Table table = collecting(true);
    int before = table.history.size();

    for (int i = 0; i < 100; i++) {
      table.take(new RoundEvent.UploadRefused(table.assignment("n3"), "too many bytes " + i));
    }

    assertEquals(before + 1, table.history.size());
    assertEquals(AssignmentStage.OFFERED, table.record("n3").stage());
    assertEquals("an upload was refused: too many bytes 0", table.record("n3").reason());
    table.take(new RoundEvent.NodeAccepted(table.assignment("n3")));
    table.count("n1", "n2").pass(ROUND);
    assertEquals(
        "the round closed without it; an upload was refused: too many bytes 0",
        table.record("n3").reason());
  }
}
