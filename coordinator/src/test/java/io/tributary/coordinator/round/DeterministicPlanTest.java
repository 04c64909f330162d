package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a deterministic plan waits for, and when it gives the promise up. */
final class DeterministicPlanTest {
  private static final Duration RECRUIT = Duration.ofMinutes(2);
  private static final Duration ROUND = Duration.ofMinutes(30);

  private static Table table(Map<String, String> more) {
    Map<String, String> changes = new TreeMap<>(more);
    changes.put("deterministic", "true");
    changes.putIfAbsent("federation.cohort.nodes", "[\"n1\",\"n2\",\"n3\"]");
    return new Table().started(Plans.spec("t-1", Plans.plan(changes), false));
  }

  @Test
  void recruiting_oneNamedNodeMissing_waitsThoughTheQuorumIsThere() {
    Table table = table(Map.of()).joined("n1", "n3", "n4");
    assertEquals(Phase.RECRUITING, table.run().phase());
    String waiting = table.machine.waiting(new RunId("t-1")).orElseThrow();
    assertTrue(waiting.contains("not connected: n2"), waiting);

    table.joined("n2");

    assertEquals(List.of("n1:offered", "n2:offered", "n3:offered"), table.cohort());
    assertEquals("stands", table.run().determinism());
  }

  @Test
  void recruiting_deadlineWithQuorum_goesOnAndGivesThePromiseUp() {
    Table table = table(Map.of()).joined("n1", "n3").pass(RECRUIT);

    assertEquals(List.of("n1:offered", "n3:offered"), table.cohort());
    assertTrue(
        table.run().determinism().startsWith("given up: round 1 was drawn; without: n2"),
        table.run().determinism());
  }

  @Test
  void recruiting_fraction_drawsTheSameNodesWhateverTheOrderOfJoining() {
    Map<String, String> half = Map.of("federation.cohort.fraction", "0.5");
    Table one = table(half).joined("n1", "n2", "n3");
    Table other = table(half).joined("n3", "n2", "n1");

    assertEquals(2, one.cohort().size());
    assertEquals(one.cohort(), other.cohort());
  }

  @Test
  void collecting_deadlineWithQuorum_aggregatesAndGivesThePromiseUp() {
    Table table = table(Map.of()).joined("n1", "n2", "n3").count("n1", "n2");
    assertEquals("stands", table.run().determinism());

    table.pass(ROUND);

    assertEquals(Phase.AGGREGATING, table.run().phase());
    assertEquals("given up: round 1 closed without n3", table.run().determinism());
  }

  @Test
  void collecting_oneFailedRetryably_isAskedAgainAndThePromiseStands() {
    Table table = table(Map.of()).joined("n1", "n2", "n3").count("n1", "n2").fail("n3", true);

    assertEquals(2, table.run().open().attempt());
    assertEquals(List.of("n1:counted", "n2:counted", "n3:failed", "n3:offered"), table.cohort());
    table.count("n3");
    assertEquals(Phase.AGGREGATING, table.run().phase());
    assertEquals("stands", table.run().determinism());
  }

  @Test
  void collecting_oneFailedForGood_aggregatesWithoutIt() {
    Table table = table(Map.of()).joined("n1", "n2", "n3").count("n1", "n2").fail("n3", false);

    assertEquals(Phase.AGGREGATING, table.run().phase());
    assertEquals(Optional.of("round 1 closed without n3"), table.run().promiseLost());
    assertEquals(1, table.run().open().attempt());
  }

  @Test
  void collecting_failedRetryablyOnTheLastAttempt_aggregatesWithTheQuorum() {
    Table table =
        table(Map.of("federation.attempts", "2"))
            .joined("n1", "n2", "n3")
            .count("n1", "n2")
            .fail("n3", true)
            .fail("n3", true);

    assertEquals(Phase.AGGREGATING, table.run().phase());
    assertEquals(2, table.run().open().attempt());
  }

  @Test
  void extension_failedNodeAway_waitsForItThenGoesOnWithoutIt() {
    Table table = table(Map.of()).joined("n1", "n2");
    long session = table.join("n3", Set.of("a"), 100);
    table.count("n1", "n2");
    table.take(new RoundEvent.NodeLeft(new NodeName("n3"), session));
    table.fail("n3", true);
    assertEquals(Phase.RECRUITING, table.run().phase());

    table.pass(RECRUIT);

    assertEquals(Phase.AGGREGATING, table.run().phase());
    assertEquals(Optional.of("round 1 closed without n3"), table.run().promiseLost());
  }

  @Test
  void extension_everyNamedNodeRefused_doesNotWait() {
    Table table = table(Map.of()).joined("n1", "n2", "n3");
    for (String node : List.of("n1", "n2", "n3")) {
      table.submit(node);
      table.judge(node, new Judgement.Refused("NORM", "too long"));
    }
    assertEquals(Phase.PAUSED_TOO_FEW_NODES, table.run().phase());
  }

  @Test
  void restart_collecting_fullDeadlineAgain() {
    Table table = table(Map.of()).joined("n1", "n2", "n3").pass(ROUND.minusMinutes(1));

    table.restart();

    assertEquals(Optional.of(table.now.plus(ROUND)), table.machine.wakeAt());
    table.pass(ROUND.minusNanos(1));
    assertEquals(Phase.COLLECTING, table.run().phase());
  }

  @Test
  void determinism_noNodesNamed_saysForWhichCohortsItStands() {
    Table table = table(Map.of("federation.cohort.nodes", "[]")).joined("n1", "n2", "n3");

    String words = table.run().determinism();

    assertTrue(words.startsWith("stands for the cohorts that were drawn"), words);
    assertTrue(words.contains("cohort.nodes"), words);
  }

  @Test
  void notDeterministic_saysSo() {
    Table table = table(Map.of()).joined("n1", "n2", "n3");
    assertEquals("stands", table.run().determinism());
    Table other = new Table().started(Plans.spec("t-1", Plans.plan(Map.of()), false));
    assertTrue(other.run().determinism().startsWith("not promised"));
  }

  @Test
  void extension_ownMembersBeforeFreshNodes() {
    Table table =
        table(
            Map.of(
                "federation.cohort.nodes",
                "[\"n1\",\"n2\",\"n3\",\"n4\"]",
                "federation.cohort.fraction",
                "0.75"));
    table.joined("n1", "n2", "n3", "n4");
    List<String> drawn =
        table.run().open().cohort().keySet().stream().map(id -> id.node().value()).toList();
    assertEquals(3, drawn.size());
    table.count(drawn.get(0), drawn.get(1)).fail(drawn.get(2), true);

    assertEquals(2, table.run().open().attempt());
    assertEquals(drawn.get(2) + ":offered", table.cohort().get(3));
    assertEquals(4, table.cohort().size());
  }

  @Test
  void extension_ownMemberBusyElsewhere_waitsForItThoughFreshNodesAreFree() {
    Table table =
        table(
            Map.of(
                "federation.cohort.nodes",
                "[\"n1\",\"n2\",\"n3\",\"n4\"]",
                "federation.cohort.fraction",
                "0.75"));
    table.joined("n1", "n2", "n3", "n4");
    String last = table.run().open().cohort().lastKey().node().value();
    List<String> others =
        table.run().open().cohort().keySet().stream()
            .map(id -> id.node().value())
            .filter(node -> !node.equals(last))
            .toList();
    table.count(others.toArray(new String[0]));
    long session = table.machine.world().roster().find(new NodeName(last)).orElseThrow().session();
    table.take(new RoundEvent.NodeLeft(new NodeName(last), session));
    table.fail(last, true);
    assertEquals(Phase.RECRUITING, table.run().phase());
    assertEquals(3, table.cohort().size());

    table.joined(last);

    assertEquals(4, table.cohort().size());
    assertEquals(Phase.COLLECTING, table.run().phase());
  }
}
