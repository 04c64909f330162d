package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.NodeName;
import io.tributary.federation.plan.CohortKind;
import io.tributary.federation.plan.CohortPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is drawn by each kind, and the floor. */
final class CohortDrawTest {
  private static CohortPlan plan(CohortKind kind, int size, int floor, int candidates) {
    return new CohortPlan(
        1,
        Optional.of(size),
        1,
        List.of(),
        kind,
        candidates == 0 ? Optional.empty() : Optional.of(candidates),
        floor == 0 ? Optional.empty() : Optional.of(floor),
        1,
        Optional.empty());
  }

  private static CohortDraw.Candidate node(int number, long examples, NodeHistory history) {
    return new CohortDraw.Candidate(new NodeName("n" + (100 + number)), examples, history);
  }

  private static List<CohortDraw.Candidate> nodes(long... examples) {
    List<CohortDraw.Candidate> nodes = new ArrayList<>();
    for (int i = 0; i < examples.length; i++) {
      nodes.add(node(i, examples[i], NodeHistory.NONE));
    }
    return nodes;
  }

  private static int[] timesDrawn(CohortPlan plan, List<CohortDraw.Candidate> pool, int draws) {
    int[] times = new int[pool.size()];
    for (int seed = 0; seed < draws; seed++) {
      for (NodeName node : new CohortDraw(plan, seed, 1, 1).cohort(pool, plan.size().get())) {
        times[Integer.parseInt(node.value().substring(1)) - 100]++;
      }
    }
    return times;
  }

  @Test
  void bySize_oneOfThree_isDrawnInProportion() {
    int[] times = timesDrawn(plan(CohortKind.BY_SIZE, 1, 0, 0), nodes(100, 200, 700), 2000);
    // binomial: six standard deviations are at most 135; the seeds are fixed, so it never lies
    assertEquals(200, times[0], 81);
    assertEquals(400, times[1], 108);
    assertEquals(1400, times[2], 123);
  }

  @Test
  void bySize_twoOfThree_followsTheDrawWithoutPuttingBack() {
    // P(node 0 is left out) = 0.2·(0.7/0.8) + 0.7·(0.2/0.3) = 0.641667
    int[] times = timesDrawn(plan(CohortKind.BY_SIZE, 2, 0, 0), nodes(100, 200, 700), 2000);
    assertEquals(717, times[0], 129);
    assertEquals(4000, times[0] + times[1] + times[2]);
  }

  @Test
  void byAvailability_prefersThoseThatAnswered() {
    List<CohortDraw.Candidate> pool =
        List.of(
            node(0, 1, new NodeHistory(8, 8, 8, OptionalDouble.empty(), 1)),
            node(1, 1, new NodeHistory(8, 8, 0, OptionalDouble.empty(), 1_000)));
    int[] times = timesDrawn(plan(CohortKind.BY_AVAILABILITY, 1, 0, 0), pool, 2000);
    // weights 9/10 and 1/10
    assertEquals(1800, times[0], 81);
  }

  @Test
  void powerOfChoice_allAreCandidates_takesTheLargestLosses_andTheUnheardOfFirst() {
    List<CohortDraw.Candidate> pool =
        List.of(
            node(0, 10, loss(0.1)),
            node(1, 10, loss(3)),
            node(2, 10, NodeHistory.NONE),
            node(3, 10, loss(2)),
            node(4, 10, loss(0.2)));
    for (int seed = 0; seed < 50; seed++) {
      CohortPlan plan = plan(CohortKind.POWER_OF_CHOICE, 2, 0, 5);
      assertEquals(
          List.of(new NodeName("n101"), new NodeName("n102")),
          new CohortDraw(plan, seed, 1, 1).cohort(pool, 2));
    }
  }

  @Test
  void powerOfChoice_asManyCandidatesAsAreAsked_isTheDrawBySize() {
    List<CohortDraw.Candidate> pool = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      pool.add(node(i, 10 + i, loss(i)));
    }
    for (int seed = 0; seed < 50; seed++) {
      assertEquals(
          new CohortDraw(plan(CohortKind.BY_SIZE, 3, 0, 0), seed, 4, 1).cohort(pool, 3),
          new CohortDraw(plan(CohortKind.POWER_OF_CHOICE, 3, 0, 3), seed, 4, 1).cohort(pool, 3));
    }
  }

  @Test
  void powerOfChoice_withoutCandidates_drawsTwiceAsMany() {
    List<CohortDraw.Candidate> pool = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      pool.add(node(i, 10, loss(i)));
    }
    CohortPlan byDefault = plan(CohortKind.POWER_OF_CHOICE, 3, 0, 0);
    CohortPlan written = plan(CohortKind.POWER_OF_CHOICE, 3, 0, 6);
    CohortPlan other = plan(CohortKind.POWER_OF_CHOICE, 3, 0, 9);
    boolean differs = false;
    for (int seed = 0; seed < 50; seed++) {
      List<NodeName> drawn = new CohortDraw(byDefault, seed, 1, 1).cohort(pool, 3);
      assertEquals(new CohortDraw(written, seed, 1, 1).cohort(pool, 3), drawn);
      differs |= !new CohortDraw(other, seed, 1, 1).cohort(pool, 3).equals(drawn);
    }
    assertTrue(differs);
  }

  private static NodeHistory loss(double loss) {
    return new NodeHistory(1, 1, 1, OptionalDouble.of(loss), 10);
  }

  @ParameterizedTest
  @EnumSource(CohortKind.class)
  void draw_hangsOnNothingButSeedRoundAndAttempt(CohortKind kind) {
    List<CohortDraw.Candidate> pool = new ArrayList<>(nodes(5, 1, 9, 3, 7, 2, 8, 4));
    CohortPlan plan = plan(kind, 3, 0, 0);
    List<NodeName> drawn = new CohortDraw(plan, 7, 3, 1).cohort(pool, 3);
    assertEquals(3, drawn.size());
    assertEquals(drawn.stream().sorted().toList(), drawn);
    if (kind != CohortKind.UNIFORM) { // whose pool always comes in the order of names
      Collections.reverse(pool);
      assertEquals(drawn, new CohortDraw(plan, 7, 3, 1).cohort(pool, 3));
    }
    assertTrue(differs(pool, drawn, plan, 8, 3, 1), "seeds");
    assertTrue(differs(pool, drawn, plan, 7, 4, 1), "rounds");
    assertTrue(differs(pool, drawn, plan, 7, 3, 2), "attempts");
  }

  /** Some of twenty streams beside the one. */
  private static boolean differs(
      List<CohortDraw.Candidate> pool,
      List<NodeName> drawn,
      CohortPlan plan,
      int seed,
      int round,
      int attempt) {
    for (int more = 0; more < 20; more++) {
      int bySeed = seed == 7 ? 7 : seed + more;
      int byRound = round == 3 ? 3 : round + more;
      int byAttempt = attempt == 1 ? 1 : attempt + more;
      if (!new CohortDraw(plan, bySeed, byRound, byAttempt).cohort(pool, 3).equals(drawn)) {
        return true;
      }
    }
    return false;
  }

  @ParameterizedTest
  @EnumSource(CohortKind.class)
  void floor_noNodeGoesUnaskedForLonger(CohortKind kind) {
    for (int seed = 0; seed < 60; seed++) {
      var random = new Random(seed);
      int all = 2 + random.nextInt(30);
      int size = 1 + random.nextInt(all);
      int floor = 1 + random.nextInt(12);
      Map<NodeName, NodeHistory> histories = new HashMap<>();
      long[] sizes = random.longs(all, 1, 10_000).toArray();
      int needed = (all + floor) / (floor + 1);
      for (int round = 1; round <= 60; round++) {
        List<CohortDraw.Candidate> pool = new ArrayList<>();
        for (int i = 0; i < all; i++) {
          NodeName name = new NodeName("n" + (100 + i));
          pool.add(
              new CohortDraw.Candidate(
                  name, sizes[i], histories.getOrDefault(name, NodeHistory.NONE)));
        }
        List<NodeName> drawn =
            new CohortDraw(plan(kind, size, floor, 0), seed, round, 1).cohort(pool, size);
        String at = kind + ", replay: seed=" + seed + ", round " + round;
        assertEquals(Math.max(size, needed), drawn.size(), at);
        for (NodeName node : drawn) {
          NodeHistory before = histories.getOrDefault(node, NodeHistory.NONE);
          histories.put(
              node,
              before.after(
                  round, random.nextBoolean(), OptionalDouble.of(random.nextDouble()), 10));
        }
        for (CohortDraw.Candidate one : pool) {
          int unasked = round - histories.getOrDefault(one.node(), NodeHistory.NONE).lastAsked();
          assertTrue(unasked <= floor, at + ": " + one.node() + " unasked for " + unasked);
        }
      }
    }
  }

  @Test
  void floor_whoWasAwayForLonger_isAskedAtOnce_andTheCohortGrows() {
    List<CohortDraw.Candidate> pool = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      pool.add(node(i, 10, new NodeHistory(9, 1, 1, OptionalDouble.empty(), 10)));
    }
    pool.add(node(6, 10, NodeHistory.NONE));
    pool.add(node(7, 10, NodeHistory.NONE));
    List<NodeName> drawn =
        new CohortDraw(plan(CohortKind.UNIFORM, 1, 7, 0), 1, 10, 1).cohort(pool, 1);
    assertEquals(List.of(new NodeName("n106"), new NodeName("n107")), drawn);
  }

  @Test
  void noFloor_someNodeGoesUnaskedForLong() {
    int[] times = timesDrawn(plan(CohortKind.BY_SIZE, 1, 0, 0), nodes(1, 100_000), 60);
    assertEquals(0, times[0]);
    assertFalse(times[1] < 60);
  }
}
