package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.RunId;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is drawn, and whose turn it is. */
final class SelectionTest {
  private static final String[] TEN = {"n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9"};

  private static Table drawn(Map<String, String> changes, String... nodes) {
    var table = new Table();
    table.take(new RoundEvent.RunAsked(Plans.spec("t-1", Plans.plan(changes), false)));
    return table.joined(nodes).evaluate(0.1);
  }

  private static Set<String> nodes(Table table) {
    Set<String> nodes = new HashSet<>();
    table.run().open().cohort().keySet().forEach(id -> nodes.add(id.node().value()));
    return nodes;
  }

  @Test
  void fraction_roundsUpAndIsAtLeastTheQuorum() {
    assertEquals(4, nodes(drawn(Map.of("federation.cohort.fraction", "0.31"), TEN)).size());
    assertEquals(2, nodes(drawn(Map.of("federation.cohort.fraction", "0"), TEN)).size());
    assertEquals(10, nodes(drawn(Map.of(), TEN)).size());
  }

  @Test
  void seed_decides_andNothingElse() {
    Map<String, String> third = Map.of("federation.cohort.fraction", "0.3");
    Set<String> one = nodes(drawn(third, TEN));
    assertEquals(
        one, nodes(drawn(third, "n9", "n8", "n7", "n6", "n5", "n4", "n3", "n2", "n1", "n0")));
    Set<Set<String>> seen = new HashSet<>();
    for (int seed = 0; seed < 20; seed++) {
      seen.add(
          nodes(
              drawn(
                  Map.of("federation.cohort.fraction", "0.3", "seed", Integer.toString(seed)),
                  TEN)));
    }
    assertTrue(seen.size() > 10, "draws over 20 seeds: " + seen.size());
  }

  @Test
  void rounds_drawDifferently() {
    Table table = drawn(Map.of("federation.cohort.fraction", "0.3"), TEN);
    Set<String> first = nodes(table);
    table.count(first.toArray(new String[0])).aggregate().evaluate(0.2);
    assertNotEquals(first, nodes(table));
  }

  @Test
  void everyNode_isDrawnAboutEquallyOften() {
    int[] times = new int[10];
    for (int seed = 0; seed < 400; seed++) {
      Set<String> chosen =
          nodes(
              drawn(
                  Map.of("federation.cohort.fraction", "0.5", "seed", Integer.toString(seed)),
                  TEN));
      chosen.forEach(node -> times[node.charAt(1) - '0']++);
    }
    // binomial(400, 0.5): six standard deviations are 60; the seeds are fixed, so it never lies
    for (int count : times) {
      assertEquals(200, count, 60);
    }
  }

  @Test
  void labels_notInThePlan_orNoExamples_areLeftOut() {
    var table = new Table();
    table.take(new RoundEvent.RunAsked(Plans.spec("t-1", Plans.plan(Map.of()), false)));
    table.join("alien", Set.of("a", "z"), 100);
    table.join("empty", Set.of("a"), 0);
    table.join("silent", Set.of(), 10);
    table.evaluate(0.1);

    String waiting = table.machine.waiting(new RunId("t-1")).orElseThrow();
    assertTrue(waiting.contains("data do not fit the plan: alien, empty"), waiting);
    table.join("good", Set.of("b"), 1);
    assertEquals(Set.of("good", "silent"), nodes(table));
  }

  @Test
  void plansNodes_others_areNotAsked() {
    Table table =
        drawn(Map.of("federation.cohort.nodes", "[\"n1\",\"n2\",\"n3\"]"), "n1", "n2", "n9");
    assertEquals(Set.of("n1", "n2"), nodes(table));
  }

  @Test
  void twoRuns_shareNodesByTurns() {
    var table = new Table();
    for (String run : List.of("a-1", "b-1")) {
      table.take(new RoundEvent.RunAsked(Plans.spec(run, Plans.plan(Map.of()), false)));
      table.evaluate(run, 0.1);
    }
    table.joined("n1", "n2");
    assertEquals(Phase.COLLECTING, table.run("a-1").phase());
    assertEquals(Phase.RECRUITING, table.run("b-1").phase());
    String waiting = table.machine.waiting(new RunId("b-1")).orElseThrow();
    assertTrue(waiting.contains("busy: n1, n2"), waiting);

    table.now = table.now.plus(Duration.ofSeconds(1));
    finishRound(table, "a-1");
    assertEquals(Phase.COLLECTING, table.run("b-1").phase(), "b waited longest");
    assertEquals(Phase.RECRUITING, table.run("a-1").phase());

    table.now = table.now.plus(Duration.ofSeconds(1));
    finishRound(table, "b-1");
    assertEquals(Phase.COLLECTING, table.run("a-1").phase());
    assertEquals(Phase.RECRUITING, table.run("b-1").phase());
  }

  @Test
  void runThatWaitsForBusyNodes_isNotStarvedByLaterOnes() {
    var table = new Table();
    table.joined("n1", "n2");
    for (String run : List.of("a-1", "b-1", "c-1")) {
      String quorum = run.equals("b-1") ? "2" : "1";
      Map<String, String> changes =
          Map.of("federation.cohort.quorum", quorum, "federation.cohort.fraction", "0");
      table.take(new RoundEvent.RunAsked(Plans.spec(run, Plans.plan(changes), false)));
      table.now = table.now.plus(Duration.ofSeconds(1));
      table.evaluate(run, 0.1);
    }
    assertEquals(Phase.COLLECTING, table.run("a-1").phase());
    assertEquals(Phase.RECRUITING, table.run("b-1").phase());
    assertEquals(Phase.RECRUITING, table.run("c-1").phase(), "the free node is kept for b");

    finishRound(table, "a-1");

    assertEquals(Phase.COLLECTING, table.run("b-1").phase());
    assertEquals(2, table.run("b-1").open().cohort().size());
  }

  private static void finishRound(Table table, String run) {
    for (AssignmentRecord assignment : table.run(run).open().live()) {
      table.submit(assignment.id(), assignment.node().value());
      Effect judge = table.effect(Effect.JudgeUpdate.class);
      table.take(new RoundEvent.JudgementReady(judge.id(), new Judgement.Passed(1)));
    }
    table.aggregate().evaluate(run, 0.2);
  }

  @Test
  void runServedLongestAgo_drawsFirst_whateverItsName() {
    var table = new Table();
    for (String run : List.of("b-1", "a-1")) {
      table.take(new RoundEvent.RunAsked(Plans.spec(run, Plans.plan(Map.of()), false)));
      table.evaluate(run, 0.1);
      table.now = table.now.plus(Duration.ofSeconds(1));
    }

    table.joined("n1", "n2");

    assertEquals(Phase.COLLECTING, table.run("b-1").phase());
    assertEquals(Phase.RECRUITING, table.run("a-1").phase());
  }
}
