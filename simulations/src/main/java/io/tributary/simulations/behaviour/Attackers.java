package io.tributary.simulations.behaviour;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.NodeName;
import io.tributary.federation.seed.RandomStreams;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Who attacks in which round, drawn among all nodes. Safe for several threads. */
public final class Attackers {
  private static final String PURPOSE = "hostile";

  /** Rounds whose attackers are held; those of others are drawn again when they are asked for. */
  private static final int MOST_HELD = 32;

  /** Nobody ever. */
  public static final Attackers NONE = new Attackers(List.of(), 0, 1, false, 0);

  private final List<NodeName> all;
  private final int count;
  private final int from;
  private final boolean anew;
  private final RandomStreams streams;
  private final NavigableMap<Integer, NavigableSet<NodeName>> drawn = new TreeMap<>();

  private Attackers(List<NodeName> all, int count, int from, boolean anew, long seed) {
    this.all = List.copyOf(all);
    this.count = Math.min(count, all.size());
    this.from = from;
    this.anew = anew;
    this.streams = new RandomStreams(seed);
  }

  /** Those of a hostility among all nodes. */
  public static Attackers of(Hostility hostility, List<NodeName> all, long seed) {
    requireNonNull(hostility, "hostility");
    return new Attackers(all, hostility.nodes(), hostility.from(), hostility.anew(), seed);
  }

  /** Whether there are any. */
  public boolean present() {
    return count > 0;
  }

  /** Whether each round has its own. */
  public boolean anew() {
    return anew;
  }

  /** How many there are in a round. */
  public int count() {
    return count;
  }

  /**
   * Those of a round, from 1 on; the same in each where they are drawn once, and nobody before the
   * first attack where they are drawn anew.
   */
  public synchronized NavigableSet<NodeName> in(int round) {
    if (anew && round < from) {
      return Collections.emptyNavigableSet();
    }
    int key = anew ? round : 0;
    if (drawn.size() == MOST_HELD && !drawn.containsKey(key)) {
      drawn.pollFirstEntry();
    }
    return drawn.computeIfAbsent(key, this::draw);
  }

  private NavigableSet<NodeName> draw(int round) {
    RandomGenerator random = streams.stream(round, RandomStreams.COORDINATOR, PURPOSE);
    List<NodeName> names = new ArrayList<>(all);
    for (int i = 0; i < count; i++) {
      Collections.swap(names, i, i + random.nextInt(names.size() - i));
    }
    return Collections.unmodifiableNavigableSet(new TreeSet<>(names.subList(0, count)));
  }
}
