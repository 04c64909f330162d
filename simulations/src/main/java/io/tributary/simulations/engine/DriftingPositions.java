package io.tributary.simulations.engine;

import java.util.TreeSet;

/** Which examples a node has whose data drift. */
final class DriftingPositions {
  private DriftingPositions() {}

  /**
   * The first part of one list and the rest's share of another, ascending, each once.
   *
   * @param round from 1 to rounds
   */
  static int[] of(int[] first, int[] last, int round, int rounds) {
    double share = rounds == 1 ? 0 : Math.min(1, Math.max(0, (round - 1.0) / (rounds - 1)));
    int old = (int) Math.ceil((1 - share) * first.length);
    int moved = (int) Math.ceil(share * last.length);
    var positions = new TreeSet<Integer>();
    for (int i = 0; i < old; i++) {
      positions.add(first[i]);
    }
    for (int i = 0; i < moved; i++) {
      positions.add(last[i]);
    }
    return positions.stream().mapToInt(Integer::intValue).toArray();
  }
}
