package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Several runs share the nodes: turns alternate, nobody starves, and who is held blocks nobody. */
final class FairTurnsTest {
  private static final Map<String, String> ALL_THREE =
      Map.of("federation.cohort.quorum", "3", "federation.rounds", "4");

  private static Table threeRuns() {
    var table = new Table();
    for (String run : List.of("r1", "r2", "r3")) {
      table.take(new RoundEvent.RunAsked(Plans.spec(run, Plans.plan(ALL_THREE), false)));
      table.evaluate(run, 0.1);
    }
    return table.joined("n1", "n2", "n3");
  }

  /** Brings the round of whichever run collects to its end; gives the run. */
  private static String serve(Table table) {
    List<RunState> collecting =
        table.machine.world().runs().values().stream()
            .filter(run -> run.phase() == Phase.COLLECTING)
            .toList();
    assertEquals(1, collecting.size(), "three nodes are enough for one run at a time");
    RunState run = collecting.get(0);
    table.pass(Duration.ofSeconds(1));
    for (AssignmentRecord work : run.open().live()) {
      table.submit(work.id(), work.id().toString());
    }
    for (Effect.JudgeUpdate judge : table.effects(Effect.JudgeUpdate.class)) {
      table.take(new RoundEvent.JudgementReady(judge.id(), new Judgement.Passed(1)));
    }
    for (Effect.Aggregate effect : table.effects(Effect.Aggregate.class)) {
      var candidate = new Candidate(Plans.checkpoint(effect.round().toString()), new TreeMap<>());
      table.take(new RoundEvent.AggregateReady(effect.id(), candidate, true));
    }
    table.evaluate(run.run().value(), 0.2);
    return run.run().value();
  }

  @Test
  void threeRunsOnThreeNodes_turnsAlternateAndNobodyStarves() {
    Table table = threeRuns();
    List<String> turns = new ArrayList<>();

    for (int turn = 0; turn < 12; turn++) {
      turns.add(serve(table));
    }

    for (int from = 0; from < 12; from += 3) {
      assertEquals(3, new HashSet<>(turns.subList(from, from + 3)).size(), turns.toString());
    }
    assertTrue(
        table.machine.world().runs().values().stream()
            .allMatch(run -> run.phase() == Phase.COMPLETED),
        turns.toString());
  }

  @Test
  void heldRun_blocksNobodyAndTakesItsTurnAfterResume() {
    Table table = threeRuns();
    table.take(new RoundEvent.PauseAsked(new RunId("r1"), "op"));

    List<String> turns = new ArrayList<>();
    for (int turn = 0; turn < 4; turn++) {
      turns.add(serve(table));
    }
    assertEquals(List.of("r2", "r3", "r2", "r3"), turns);
    table.take(new RoundEvent.ResumeAsked(new RunId("r1")));

    List<String> after = new ArrayList<>();
    for (int turn = 0; turn < 3; turn++) {
      after.add(serve(table));
    }
    assertTrue(after.contains("r1"), after.toString());
  }

  @Test
  void runThatWaitsForAMissingNode_leavesTheOthersToOtherRuns() {
    var table = new Table();
    table.take(
        new RoundEvent.RunAsked(
            Plans.spec("r1", Plans.plan(Map.of("federation.cohort.quorum", "4")), false)));
    table.evaluate("r1", 0.1);
    table.joined("n1", "n2", "n3");
    table.take(new RoundEvent.RunAsked(Plans.spec("r2", Plans.plan(ALL_THREE), false)));
    table.evaluate("r2", 0.1);

    assertEquals(Phase.RECRUITING, table.run("r1").phase());
    assertEquals("r2", serve(table));
  }
}
