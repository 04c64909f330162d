package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.NodeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rounds that a state lets go, and the journal's word for them. */
final class PastRoundTest {
  private static final int ROUNDS = 20;

  private final Table table = new Table();
  private final List<RoundRecord> whole = new ArrayList<>();

  private void start(Map<String, String> plan) {
    table.joined("n1", "n2");
    table.started(Plans.spec("t-1", Plans.plan(plan), false));
    whole.add(table.run().rounds().get(0));
  }

  private void round(int number, String... nodes) {
    table.count(nodes).aggregate().evaluate(0.1 + 0.01 * number);
    whole.add(table.run().rounds().get(number));
  }

  private void longRun() {
    start(Map.of("federation.rounds", Integer.toString(ROUNDS)));
    for (int number = 1; number <= ROUNDS; number++) {
      if (number == 3) {
        table.restart().joined("n1", "n2");
      }
      if (number == 5) {
        table.take(new RoundEvent.PauseAsked(table.run().run(), "op"));
        table.take(new RoundEvent.ResumeAsked(table.run().run()));
      }
      if (number == 7) {
        table.pass(Duration.ofSeconds(1));
      }
      round(number, "n1", "n2");
    }
    assertEquals(Phase.COMPLETED, table.run().phase());
  }

  @Test
  void rounds_ofALongRun_areHeldWholeWhileTheyAreNew() {
    longRun();
    List<RoundRecord> held = table.run().rounds();
    for (int number = 1; number <= ROUNDS; number++) {
      RoundRecord round = held.get(number);
      boolean isNew = number > ROUNDS - RunState.DETAILED_ROUNDS;
      assertEquals(isNew, round.detailed(), "round " + number);
      assertEquals(isNew ? whole.get(number) : whole.get(number).condensed(), round);
      assertEquals(2, round.updates());
      assertEquals(whole.get(number).bytesUp(), round.bytesUp());
      assertEquals(isNew, table.run().find(whole.get(number).cohort().get(0).id()).isPresent());
    }
  }

  @Test
  void fold_ofItsRows_isTheRoundAsItWas() {
    longRun();
    for (int number = 0; number <= ROUNDS; number++) {
      assertEquals(whole.get(number), PastRound.of(table.run(), number, rows(number)));
    }
  }

  @Test
  void fold_ofOtherRows_throws() {
    longRun();
    assertThrows(
        IllegalStateException.class, () -> PastRound.of(table.run(), 4, rows(3)), "another round");
    List<Staged> cut = rows(4).subList(0, 3);
    assertThrows(IllegalStateException.class, () -> PastRound.of(table.run(), 4, cut), "cut");
  }

  private List<Staged> rows(int round) {
    long from = PastRound.firstRow(table.run(), round);
    long to = table.run().rounds().get(round).tally().sequence();
    return table.history.subList((int) from - 1, (int) to);
  }

  @Test
  void stateOfTheJournal_isThatInMemory() {
    longRun();
    assertEquals(table.run(), RunFold.fold(table.history));
  }

  @Test
  void lateSubmission_ofARoundLongPast_isOver() {
    longRun();
    var first = whole.get(1).cohort().get(0).id();
    var newest = whole.get(ROUNDS).cohort().get(0).id();
    assertTrue(table.submit(first, "late") instanceof Answer.Stale);
    assertTrue(table.submit(newest, "late") instanceof Answer.Receipted);
  }

  @Test
  void lastCounted_ofANodeThatWasNotAskedForLong_isKept() {
    start(
        Map.of(
            "federation.rounds", "15",
            "federation.cohort.quorum", "1",
            "train.optimizer-state", "\"keep\""));
    round(1, "n1", "n2");
    var left = new NodeName("n2");
    table.take(new RoundEvent.NodeLeft(left, 2));
    table.fail("n2", false);
    for (int number = 2; number < 14; number++) {
      round(number, "n1");
    }
    assertEquals(Optional.of(whole.get(1).cohort().get(1).id()), table.run().lastCounted(left));
    assertEquals(
        Optional.of(whole.get(13).cohort().get(0).id()),
        table.run().lastCounted(new NodeName("n1")));
    assertEquals(Optional.empty(), table.run().lastCounted(new NodeName("n3")));
  }
}
