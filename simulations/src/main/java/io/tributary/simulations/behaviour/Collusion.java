package io.tributary.simulations.behaviour;

import io.tributary.federation.NodeName;
import io.tributary.federation.RoundId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What attackers learn of the updates of one attempt of a round: all of them, in the order of their
 * nodes, once the last node that they look at has made its update or has ended without. Safe for
 * several threads.
 */
final class Collusion {
  /** One attempt of a round. */
  record Attempt(RoundId round, int number) {}

  private static final class Gathering {
    private final SortedMap<NodeName, float[]> made = new TreeMap<>();
    private final Set<NodeName> ended = new HashSet<>();
    private final List<Consumer<SortedMap<NodeName, float[]>>> waiting = new ArrayList<>();
  }

  /** Only the newest attempt: rounds follow each other. */
  private Optional<Attempt> newest = Optional.empty();

  private Gathering gathering = new Gathering();

  private Gathering of(Attempt attempt) {
    if (!newest.equals(Optional.of(attempt))) {
      newest = Optional.of(attempt);
      gathering = new Gathering();
    }
    return gathering;
  }

  /**
   * A node has ended its work.
   *
   * @param update empty array: without an update
   * @param all nodes of the attempt that attackers look at
   */
  void ended(Attempt attempt, NodeName node, float[] update, Set<NodeName> all) {
    List<Consumer<SortedMap<NodeName, float[]>>> ready;
    SortedMap<NodeName, float[]> known;
    synchronized (this) {
      Gathering now = of(attempt);
      now.ended.add(node);
      if (update.length > 0) {
        now.made.put(node, update);
      }
      ready = ready(now, all);
      known = new TreeMap<>(now.made);
    }
    ready.forEach(waiting -> waiting.accept(known));
  }

  /** An attacker waits for these nodes; told at once where there is nothing to wait for. */
  void await(Attempt attempt, Set<NodeName> all, Consumer<SortedMap<NodeName, float[]>> then) {
    List<Consumer<SortedMap<NodeName, float[]>>> ready;
    SortedMap<NodeName, float[]> known;
    synchronized (this) {
      Gathering now = of(attempt);
      now.waiting.add(then);
      ready = ready(now, all);
      known = new TreeMap<>(now.made);
    }
    ready.forEach(waiting -> waiting.accept(known));
  }

  private static List<Consumer<SortedMap<NodeName, float[]>>> ready(
      Gathering now, Set<NodeName> all) {
    if (!now.ended.containsAll(all)) {
      return List.of();
    }
    List<Consumer<SortedMap<NodeName, float[]>>> ready = List.copyOf(now.waiting);
    now.waiting.clear();
    return ready;
  }
}
