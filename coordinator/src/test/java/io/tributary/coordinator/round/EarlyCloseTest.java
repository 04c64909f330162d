package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.AssignmentId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** More nodes are asked than updates are wanted, and a round closes with the first of them. */
final class EarlyCloseTest {
  private static Table started(Map<String, String> cohort, String... nodes) {
    var table = new Table();
    table.take(new RoundEvent.RunAsked(Plans.spec("t-1", Plans.plan(cohort), false)));
    return table.joined(nodes).evaluate(0.1);
  }

  private static Table fourForTwo() {
    Table table =
        started(
            Map.of("federation.cohort.size", "2", "federation.cohort.over-select", "2"),
            "n1",
            "n2",
            "n3",
            "n4",
            "n5");
    assertEquals(4, table.run().open().cohort().size());
    return table;
  }

  private static List<String> asked(Table table) {
    return table.run().open().cohort().keySet().stream().map(id -> id.node().value()).toList();
  }

  @Test
  void firstTwoOfFour_closeTheRound_andTheOthersAreTold() {
    Table table = fourForTwo();
    List<String> asked = asked(table);
    table.count(asked.get(2));
    assertEquals(Phase.COLLECTING, table.run().phase());
    table.messages.clear();
    table.count(asked.get(0));

    assertEquals(Phase.AGGREGATING, table.run().phase());
    assertEquals(2, table.effect(Effect.Aggregate.class).counted().size());
    String why = "the round closed with its first 2 updates, without it";
    for (String late : List.of(asked.get(1), asked.get(3))) {
      assertEquals(AssignmentStage.CANCELLED, table.record(late).stage());
      assertEquals(why, table.record(late).reason());
    }
    assertEquals(
        List.of(why, why),
        table.messages.stream()
            .map(message -> ((Effect.CancelAssignment) message).reason())
            .toList());
  }

  @Test
  void updateThatComesTooLate_isToldWhy() {
    Table table = fourForTwo();
    List<String> asked = asked(table);
    AssignmentId late = table.assignment(asked.get(3));
    table.count(asked.get(0), asked.get(1));

    Answer.Stale stale = assertInstanceOf(Answer.Stale.class, table.submit(late, "late"));
    assertTrue(stale.sentence().contains("closed with its first 2 updates"), stale.sentence());
    table.aggregate().evaluate(0.2);
    RoundRecord round = table.run().rounds().get(1);
    assertEquals(2, round.updates());
    assertEquals(
        2, round.cohort().stream().filter(a -> a.stage() == AssignmentStage.CANCELLED).count());
  }

  @Test
  void updateWithAReceipt_isJudgedAndCountsBeforeTheRoundCloses() {
    Table table = fourForTwo();
    List<String> asked = asked(table);
    table.submit(asked.get(0));
    table.submit(asked.get(1));
    table.submit(asked.get(2));
    table.judge(asked.get(0), new Judgement.Passed(1));
    table.judge(asked.get(1), new Judgement.Passed(1));
    assertEquals(Phase.COLLECTING, table.run().phase());
    table.judge(asked.get(2), new Judgement.Passed(1));

    assertEquals(Phase.AGGREGATING, table.run().phase());
    assertEquals(3, table.effect(Effect.Aggregate.class).counted().size());
  }

  @Test
  void closeAt_closesBeforeAllThatWereAskedAreIn() {
    Table table = started(Map.of("federation.cohort.close-at", "2"), "n1", "n2", "n3");
    assertEquals(3, table.run().open().cohort().size());
    table.count("n3", "n1");
    assertEquals(Phase.AGGREGATING, table.run().phase());
  }

  @Test
  void extension_asksForMoreThanIsMissing() {
    Table table = fourForTwo();
    List<String> asked = asked(table);
    table.count(asked.get(0));
    asked.subList(1, 4).forEach(node -> table.fail(node, true));

    assertEquals(2, table.run().open().attempt());
    // one update is missing, so two are asked; the fifth node before those asked already
    List<AssignmentRecord> second = table.run().open().live();
    assertEquals(2, second.size());
    table.count(second.get(0).node().value());
    assertEquals(Phase.AGGREGATING, table.run().phase());
  }

  @Test
  void deadline_withTheQuorumAndFewerThanWanted_closesAllTheSame() {
    Table table =
        started(
            Map.of(
                "federation.cohort.size", "3",
                "federation.cohort.over-select", "1.5"),
            "n1",
            "n2",
            "n3",
            "n4",
            "n5");
    assertEquals(5, table.run().open().cohort().size());
    table.count("n1", "n2");
    table.pass(Duration.ofMinutes(30));
    assertEquals(Phase.AGGREGATING, table.run().phase());
  }

  @Test
  void restart_foldsTheSameCohortAndTarget() {
    Table table = fourForTwo();
    RunState before = table.run();
    RunState folded = World.fold(table.history).runs().values().iterator().next();
    assertEquals(before.open().cohort(), folded.open().cohort());
    assertEquals(2, folded.open().target());
  }
}
