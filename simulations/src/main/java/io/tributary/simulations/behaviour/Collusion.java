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
 * What attackers learn of the honest updates of one attempt of a round: all of them, in the order
 * of their nodes, once the last honest node has made its update or has ended without. Safe for
 * several threads.
 */
final class Collusion {
  /** One attempt of a round. */
  record Attempt(RoundId round, int number) {}

  private static final class Gathering {
    private final SortedMap<NodeName, float[]> made = new TreeMap<>();
    private final Set<NodeName> ended = new HashSet<>();
    private final List<Consumer<List<float[]>>> waiting = new ArrayList<>();
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
   * An honest node has ended its work.
   *
   * @param update empty array: without an update
   * @param honest all honest nodes of the attempt
   */
  void ended(Attempt attempt, NodeName node, float[] update, Set<NodeName> honest) {
    List<Consumer<List<float[]>>> ready;
    List<float[]> known;
    synchronized (this) {
      Gathering now = of(attempt);
      now.ended.add(node);
      if (update.length > 0) {
        now.made.put(node, update);
      }
      ready = ready(now, honest);
      known = List.copyOf(now.made.values());
    }
    ready.forEach(waiting -> waiting.accept(known));
  }

  /** An attacker waits for the honest nodes; told at once where there is nothing to wait for. */
  void await(Attempt attempt, Set<NodeName> honest, Consumer<List<float[]>> then) {
    List<Consumer<List<float[]>>> ready;
    List<float[]> known;
    synchronized (this) {
      Gathering now = of(attempt);
      now.waiting.add(then);
      ready = ready(now, honest);
      known = List.copyOf(now.made.values());
    }
    ready.forEach(waiting -> waiting.accept(known));
  }

  private static List<Consumer<List<float[]>>> ready(Gathering now, Set<NodeName> honest) {
    if (!now.ended.containsAll(honest)) {
      return List.of();
    }
    List<Consumer<List<float[]>>> ready = List.copyOf(now.waiting);
    now.waiting.clear();
    return ready;
  }
}
