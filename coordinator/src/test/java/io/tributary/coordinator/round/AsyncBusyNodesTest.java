package io.tributary.coordinator.round;

import static io.tributary.coordinator.round.AsyncRoundTest.judge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An asynchronous run, t-1, beside another one, t-2, that has drawn node c. */
final class AsyncBusyNodesTest {
  private final Table table = new Table();

  /** Node c works for t-2; a and b are free. */
  private void begin(int buffer) {
    table.joined("c");
    run("t-2", Map.of("federation.cohort.quorum", "1"));
    assertEquals(List.of("t-2/1/1/c"), live("t-2"));
    table.joined("a", "b");
    run(
        "t-1",
        Map.of(
            "federation.mode",
            "{\"name\":\"async\",\"buffer\":" + buffer + ",\"max-staleness\":2}",
            "federation.rounds",
            "6",
            "federation.cohort.quorum",
            "1"));
  }

  private void run(String name, Map<String, String> changes) {
    table.take(new RoundEvent.RunAsked(Plans.spec(name, Plans.plan(changes), false)));
    table.evaluate(name, 0.1);
  }

  private List<String> live(String run) {
    return table.run(run).open().live().stream().map(record -> record.id().toString()).toList();
  }

  private void count(String... assignments) {
    for (String id : assignments) {
      AssignmentId assignment = AssignmentId.parse(id);
      table.submit(assignment, id);
      judge(table);
    }
  }

  private void commit() {
    table.aggregate();
    table.evaluate("t-1", 0.2);
  }

  @Test
  void buffersThatOthersFill_areNotHeldUpByABusyNode() {
    begin(2);
    for (int round = 1; round <= 3; round++) {
      String version = "t-1/" + round + "/1/";
      assertEquals(List.of(version + "a", version + "b"), live("t-1"));
      count(version + "a", version + "b");
      assertEquals(Phase.AGGREGATING, table.run("t-1").phase(), "c is not waited for");
      commit();
    }
    assertEquals(4, table.run("t-1").open().round());
  }

  @Test
  void bufferThatNeedsABusyNode_waitsForItUntilTheDeadlineAtMost() {
    begin(3);
    count("t-1/1/1/a", "t-1/1/1/b");
    assertEquals(Phase.COLLECTING, table.run("t-1").phase());
    assertTrue(live("t-1").isEmpty());
    table.pass(Duration.ofMinutes(29));
    assertEquals(Phase.COLLECTING, table.run("t-1").phase(), "or a and b would fill all buffers");
    table.pass(Duration.ofMinutes(1));
    assertEquals(Phase.AGGREGATING, table.run("t-1").phase(), "with what it has");
    assertEquals(2, table.effect(Effect.Aggregate.class).counted().size());
  }

  @Test
  void nodeThatTheOtherRunLetsGo_isAskedAtOnce() {
    begin(3);
    count("t-1/1/1/a", "t-1/1/1/b");
    table.take(new RoundEvent.StopAsked(new RunId("t-2"), "op"));
    assertEquals(List.of("t-1/1/1/c"), live("t-1"));
    count("t-1/1/1/c");
    assertEquals(3, table.effect(Effect.Aggregate.class).counted().size());
  }

  @Test
  void nodeWhoseOtherRunHasItsUpdate_isAskedAtOnce() {
    begin(3);
    count("t-1/1/1/a", "t-1/1/1/b");
    table.submit(AssignmentId.parse("t-2/1/1/c"), "c");
    assertEquals(List.of("t-1/1/1/c"), live("t-1"));
  }
}
