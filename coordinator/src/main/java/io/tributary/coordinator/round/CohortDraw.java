package io.tributary.coordinator.round;

import io.tributary.federation.NodeName;
import io.tributary.federation.plan.CohortKind;
import io.tributary.federation.plan.CohortPlan;
import io.tributary.federation.seed.RandomStreams;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Draws nodes by the plan's kind. What is drawn follows from the seed, the round, the attempt and
 * what is known of the nodes; never from the order in which they came.
 *
 * <p>Draws in proportion to weights are those without putting back, one after the other: each node
 * has the key E / w, E exponential with mean 1 from a stream of its own, and the smallest keys are
 * drawn (Efraimidis and Spirakis, Inf. Process. Lett. 97, 2006). So a node's key hangs on no other
 * node.
 */
final class CohortDraw {
  private final CohortPlan plan;
  private final RandomStreams streams;
  private final int round;
  private final int attempt;

  /**
   * What is known of a node.
   *
   * @param examples that its card declares
   */
  record Candidate(NodeName node, long examples, NodeHistory history) {}

  CohortDraw(CohortPlan plan, long seed, int round, int attempt) {
    this.plan = plan;
    this.streams = new RandomStreams(seed);
    this.round = round;
    this.attempt = attempt;
  }

  /** A round's cohort, at least of a size: larger where the floor asks for it; in name order. */
  List<NodeName> cohort(List<Candidate> pool, int size) {
    if (plan.floor().isEmpty()) {
      return some(pool, size);
    }
    var floor = new FairnessFloor(plan.floor().get());
    List<Integer> times = pool.stream().map(one -> floor.time(one.history(), round)).toList();
    int asked = floor.size(times, size);
    if (asked >= pool.size()) {
      return names(pool);
    }
    List<Candidate> order = order(pool, asked);
    Set<Candidate> drawn = new LinkedHashSet<>();
    order.stream()
        .sorted(Comparator.comparingInt(one -> floor.time(one.history(), round)))
        .limit(floor.forced(times, asked))
        .forEach(drawn::add);
    order.stream()
        .filter(one -> !drawn.contains(one))
        .limit(asked - drawn.size())
        .toList()
        .forEach(drawn::add);
    return names(drawn);
  }

  /** So many of them, in name order, whatever the floor says. */
  List<NodeName> some(List<Candidate> pool, int size) {
    return size >= pool.size()
        ? names(pool)
        : names(order(pool, size).subList(0, Math.max(0, size)));
  }

  /**
   * So many of them, in name order, those whose turn comes first. A node's turn hangs on its name,
   * the round and the attempt alone, so that nodes that come and go change nobody else's: a name's
   * hash (as {@link String#hashCode} defines it) put through the mixer of SplitMix64 (Steele, Lea
   * and Flood, OOPSLA 2014) with a number of the round.
   */
  List<NodeName> inTurn(List<NodeName> pool, int most) {
    if (most >= pool.size()) {
      return pool.stream().sorted().toList();
    }
    long salt = streams.stream(round, RandomStreams.COORDINATOR, purpose()).nextLong();
    return pool.stream()
        .sorted(
            Comparator.comparingLong((NodeName node) -> turn(salt, node))
                .thenComparing(NodeName::compareTo))
        .limit(most)
        .sorted()
        .toList();
  }

  private static long turn(long salt, NodeName node) {
    long z = salt + node.value().hashCode() * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private static List<NodeName> names(Collection<Candidate> nodes) {
    return nodes.stream().map(Candidate::node).sorted().toList();
  }

  /** All of the pool; those to be drawn first are first, and at least so many are in order. */
  private List<Candidate> order(List<Candidate> pool, int size) {
    return switch (plan.kind()) {
      case UNIFORM -> shuffled(pool, plan.floor().isPresent() ? pool.size() : size);
      case BY_SIZE, BY_AVAILABILITY -> byWeight(pool);
      case POWER_OF_CHOICE -> byLoss(pool, size);
    };
  }

  private List<Candidate> shuffled(List<Candidate> pool, int count) {
    List<Candidate> shuffled = new ArrayList<>(pool);
    RandomGenerator random = streams.stream(round, RandomStreams.COORDINATOR, purpose());
    for (int i = 0; i < count; i++) {
      Collections.swap(shuffled, i, i + random.nextInt(shuffled.size() - i));
    }
    return shuffled;
  }

  private List<Candidate> byWeight(List<Candidate> pool) {
    Map<NodeName, Double> keys = new HashMap<>();
    pool.forEach(one -> keys.put(one.node(), key(one)));
    return pool.stream()
        .sorted(
            Comparator.comparingDouble((Candidate one) -> keys.get(one.node()))
                .thenComparing(Candidate::node))
        .toList();
  }

  private double key(Candidate one) {
    double weight =
        plan.kind() == CohortKind.BY_AVAILABILITY ? one.history().availability() : one.examples();
    double uniform = streams.stream(round, one.node().value(), purpose()).nextDouble();
    return -Math.log1p(-uniform) / weight;
  }

  private List<Candidate> byLoss(List<Candidate> pool, int size) {
    List<Candidate> drawn = byWeight(pool);
    int count = Math.min(pool.size(), Math.max(size, plan.candidates().orElse(2 * size)));
    List<Candidate> order = new ArrayList<>(drawn);
    order
        .subList(0, count)
        .sort(
            Comparator.comparingDouble(
                one -> -one.history().loss().orElse(Double.POSITIVE_INFINITY)));
    return order;
  }

  private String purpose() {
    return "selection-" + attempt;
  }
}
