package io.tributary.coordinator.round;

import static io.tributary.coordinator.round.AsyncRoundTest.commit;
import static io.tributary.coordinator.round.AsyncRoundTest.count;
import static io.tributary.coordinator.round.AsyncRoundTest.judge;
import static io.tributary.coordinator.round.AsyncRoundTest.started;
import static io.tributary.coordinator.round.AsyncRoundTest.submit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.AssignmentId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What comes when the last buffer of an asynchronous run has closed. */
final class AsyncLateTest {
  private static Table oneRound() {
    return started(Map.of("federation.rounds", "1"), "a", "b", "c", "d");
  }

  private static List<String> ends(RoundRecord round) {
    return round.cohort().stream()
        .map(record -> record.node() + ":" + record.stage().token())
        .toList();
  }

  @Test
  void updateAfterTheLastBuffer_standsInTheLastRoundsRecord_withTheReason() {
    Table table = oneRound();
    AssignmentId late = table.assignment("c");
    count(table, "a", "b");
    submit(table, late);
    commit(table);

    assertEquals(Phase.COMPLETED, table.run().phase());
    RoundRecord last = table.run().rounds().get(1);
    assertEquals(List.of("a:counted", "b:counted", "c:refused", "d:cancelled"), ends(last));
    assertEquals(AsyncRound.LATE, last.find(late).orElseThrow().reason());
    assertEquals(2, last.updates());
    assertEquals(1, last.refused());
    assertEquals(4, last.tally().asked());
    assertEquals(1200, last.bytesUp(), "three updates travelled");
    assertTrue(last.detailed());
    assertInstanceOf(Answer.Receipted.class, submit(table, late), "its receipt stands");
  }

  @Test
  void updateThatWaitsWhenTheLastBufferIsFull_isLate() {
    Table table = oneRound();
    submit(table, table.assignment("c"));
    submit(table, table.assignment("a"));
    submit(table, table.assignment("b"));
    judge(table);
    judge(table);
    commit(table);
    assertEquals(
        List.of("a:counted", "b:refused", "c:counted", "d:cancelled"),
        ends(table.run().rounds().get(1)));
  }

  @Test
  void testPart_afterTheLastRound_changesNothingOfIt() {
    var table = new Table();
    Map<String, String> changes =
        Map.of(
            "federation.mode", "{\"name\":\"async\",\"buffer\":2}",
            "federation.rounds", "1",
            "federation.cohort.quorum", "1");
    table.take(new RoundEvent.RunAsked(Plans.spec("t-1", Plans.plan(changes), true)));
    table.joined("a", "b", "c").evaluate(0.1);
    AssignmentId late = table.assignment("c");
    count(table, "a", "b");
    submit(table, late);
    commit(table);
    assertEquals(Phase.TESTING, table.run().phase());
    List<RoundRecord> before = table.run().rounds();
    assertEquals(List.of("a:counted", "b:counted", "c:refused"), ends(before.get(1)));
    table.evaluate(0.3);
    assertEquals(Phase.COMPLETED, table.run().phase());
    assertEquals(before, table.run().rounds());
  }

  @Test
  void stoppedInAnOpenRound_leavesCommittedOnesAlone() {
    Table table = started(Map.of(), "a", "b", "c");
    AssignmentId open = table.assignment("c");
    count(table, "a", "b");
    commit(table);
    List<RoundRecord> before = table.run().rounds();
    submit(table, open);
    table.take(new RoundEvent.StopAsked(table.run().run(), "op"));
    assertEquals(before, table.run().rounds());
    assertEquals(
        Optional.of(AssignmentStage.RECEIVED), table.run().find(open).map(AssignmentRecord::stage));
  }

  @Test
  void roundsWithABarrier_haveNothingLate() {
    Table table =
        started(Map.of("federation.mode", "\"sync\"", "federation.rounds", "1"), "a", "b");
    count(table, "a", "b");
    commit(table);
    assertEquals(List.of("a:counted", "b:counted"), ends(table.run().rounds().get(1)));
  }
}
