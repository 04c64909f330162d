package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.federation.NodeName;
import io.tributary.federation.plan.Plan;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What draws know of nodes, from committed rounds alone. */
final class NodeHistoriesTest {
  private static NodeHistory of(Table table, String node) {
    return NodeHistories.of(table.run().rounds()).of(new NodeName(node));
  }

  private static Table started() {
    var table = new Table();
    Plan plan = Plans.plan(Map.of("federation.rounds", "5"));
    table.take(new RoundEvent.RunAsked(Plans.spec("t-1", plan, false)));
    return table.joined("n1", "n2", "n3").evaluate(0.1);
  }

  @Test
  void nodeNeverAsked_hasNone() {
    assertEquals(NodeHistory.NONE, of(started(), "n1"));
    assertEquals(0.5, NodeHistory.NONE.availability());
  }

  @Test
  void answered_isWhatCameInTime_withTheLossOfWhatCounted() {
    Table table = started();
    table.count("n1", "n2").fail("n3", false);
    table.aggregate().evaluate(0.2);

    assertEquals(new NodeHistory(1, 1, 1, OptionalDouble.of(0.5), 100), of(table, "n1"));
    assertEquals(new NodeHistory(1, 1, 0, OptionalDouble.empty(), 100), of(table, "n3"));
    assertEquals(2.0 / 3, of(table, "n1").availability());
    assertEquals(1.0 / 3, of(table, "n3").availability());
  }

  @Test
  void refusedUpdate_cameInTime_andItsLossIsNotBelieved() {
    Table table = started();
    table.count("n1", "n2");
    table.submit("n3");
    table.judge("n3", new Judgement.Refused("NORM", "too large"));
    table.aggregate().evaluate(0.2);

    assertEquals(new NodeHistory(1, 1, 1, OptionalDouble.empty(), 100), of(table, "n3"));
  }

  @Test
  void severalAttempts_areOneAsking() {
    Table table = started();
    table.count("n1").fail("n2", true).fail("n3", true);
    assertEquals(2, table.run().open().attempt());
    table.count("n2", "n3");
    table.aggregate().evaluate(0.2);

    assertEquals(1, of(table, "n2").asked());
    assertEquals(1, of(table, "n2").answered());
    assertEquals(OptionalDouble.of(0.5), of(table, "n2").loss());
  }

  @Test
  void laterRounds_keepTheLastLoss() {
    Table table = started();
    table.count("n1", "n2", "n3").aggregate().evaluate(0.2);
    table.count("n1", "n2").fail("n3", false).aggregate().evaluate(0.3);

    assertEquals(new NodeHistory(2, 2, 1, OptionalDouble.of(0.5), 100), of(table, "n3"));
  }
}
