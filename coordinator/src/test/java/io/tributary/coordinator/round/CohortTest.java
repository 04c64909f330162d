package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.NodeName;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;
import io.tributary.federation.seed.RandomStreams;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class CohortTest {
  @Test
  void with_anyChanges_isAsATree() {
    for (int seed = 0; seed < 200; seed++) {
      RandomGenerator random = new RandomStreams(seed).stream(0, "", "cohort");
      SortedMap<AssignmentId, AssignmentRecord> tree = new TreeMap<>();
      Cohort cohort = Cohort.EMPTY;
      for (int change = 0; change < 60; change++) {
        AssignmentRecord record = record(random.nextInt(20), 1 + random.nextInt(2), change);
        tree.put(record.id(), record);
        cohort = random.nextBoolean() ? cohort.with(record) : cohort.withAll(List.of(record));
        String replay = "replay: seed=" + seed;
        assertEquals(tree, cohort, replay);
        assertEquals(new ArrayList<>(tree.values()), cohort.values(), replay);
        assertEquals(tree.firstKey(), cohort.firstKey(), replay);
        assertEquals(tree.lastKey(), cohort.lastKey(), replay);
        AssignmentId middle = record(random.nextInt(20), 1, 0).id();
        assertEquals(tree.get(middle), cohort.get(middle), replay);
        assertEquals(tree.headMap(middle), cohort.headMap(middle), replay);
        assertEquals(tree.tailMap(middle), cohort.tailMap(middle), replay);
      }
    }
  }

  @Test
  void count_manyInManyStages_isThatOfTheRecords() {
    AssignmentStage[] stages = AssignmentStage.values();
    for (int seed = 0; seed < 20; seed++) {
      RandomGenerator random = new RandomStreams(seed).stream(0, "", "stages");
      Cohort cohort = Cohort.EMPTY;
      for (int change = 0; change < 400; change++) {
        AssignmentRecord record =
            record(random.nextInt(200), 1, change)
                .ended(stages[random.nextInt(stages.length)], "", false, change);
        cohort = random.nextBoolean() ? cohort.with(record) : cohort.withAll(List.of(record));
      }
      assertTrue(cohort.size() > 128, "several blocks");
      for (AssignmentStage stage : stages) {
        long right = cohort.values().stream().filter(a -> a.stage() == stage).count();
        assertEquals(right, cohort.count(stage), "replay: seed=" + seed);
      }
    }
  }

  @Test
  void firstReceivedAndLastJudged_anyChanges_areThoseOfTheRecords() {
    AssignmentStage[] stages = AssignmentStage.values();
    for (int seed = 0; seed < 50; seed++) {
      String replay = "replay: seed=" + seed;
      RandomGenerator random = new RandomStreams(seed).stream(0, "", "received");
      Cohort cohort = Cohort.EMPTY;
      for (int change = 1; change < 150; change++) {
        AssignmentStage stage = stages[random.nextInt(stages.length)];
        AssignmentRecord at = record(random.nextInt(90), 1, change);
        AssignmentRecord before = cohort.get(at.id());
        boolean mayChange =
            before == null || before.stage().live() || before.stage() == AssignmentStage.RECEIVED;
        AssignmentRecord record =
            mayChange ? at.ended(stage, "", false, change) : requireNonNull(before);
        cohort = random.nextBoolean() ? cohort.with(record) : cohort.withAll(List.of(record));
        assertEquals(
            cohort.values().stream()
                .filter(a -> a.stage() == AssignmentStage.RECEIVED)
                .min(Comparator.comparingLong(AssignmentRecord::sequence)),
            cohort.firstReceived(),
            replay);
        assertEquals(
            cohort.values().stream()
                .filter(
                    a ->
                        a.stage() == AssignmentStage.COUNTED
                            || a.stage() == AssignmentStage.REFUSED)
                .mapToLong(AssignmentRecord::sequence)
                .max()
                .orElse(0),
            cohort.lastJudged(),
            replay);
      }
    }
  }

  @Test
  void of_node_isItsAssignmentsOfAllAttemptsAndRounds() {
    for (int seed = 0; seed < 50; seed++) {
      RandomGenerator random = new RandomStreams(seed).stream(0, "", "of");
      List<AssignmentRecord> all = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        var round = new RoundId(new RunId("run"), 1 + random.nextInt(4));
        var node = new NodeName("node-" + random.nextInt(60));
        var id = new AssignmentId(round, 1 + random.nextInt(3), node);
        all.add(AssignmentRecord.offered(id, 10, i));
      }
      Cohort cohort = Cohort.EMPTY.withAll(all);
      for (int node = 0; node < 61; node++) {
        var name = new NodeName("node-" + node);
        assertEquals(
            cohort.values().stream().filter(record -> record.node().equals(name)).toList(),
            cohort.of(name),
            "replay: seed=" + seed);
      }
    }
  }

  @Test
  void with_change_leavesTheOlderOneAlone() {
    Cohort before = Cohort.EMPTY.with(record(1, 1, 1));
    Cohort after = before.with(record(1, 1, 2));
    assertEquals(1, requireNonNull(before.get(record(1, 1, 0).id())).sequence());
    assertEquals(2, requireNonNull(after.get(record(1, 1, 0).id())).sequence());
    assertSame(after, Cohort.of(after));
  }

  @Test
  void empty_hasNoEnds() {
    assertThrows(NoSuchElementException.class, Cohort.EMPTY::firstKey);
    assertNull(Cohort.EMPTY.get(record(1, 1, 1).id()));
    assertThrows(
        UnsupportedOperationException.class, () -> Cohort.EMPTY.values().add(record(1, 1, 1)));
  }

  private static AssignmentRecord record(int node, int attempt, long sequence) {
    var id =
        new AssignmentId(new RoundId(new RunId("run"), 1), attempt, new NodeName("node-" + node));
    return AssignmentRecord.offered(id, 10, sequence);
  }
}
