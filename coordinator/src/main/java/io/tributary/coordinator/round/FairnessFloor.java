package io.tributary.coordinator.round;

import java.util.Arrays;
import java.util.List;

/**
 * The promise that no node which can take part goes unasked for more than so many rounds in a row.
 * A node's time is the number of rounds, this one included, within which it must be asked. Nodes
 * whose times lie close together are asked ahead of them, so that a cohort need not grow: a
 * schedule by earliest deadline keeps all deadlines if, for every t, those due within t rounds are
 * at most t times a cohort (Liu and Layland, J. ACM 20, 1973).
 */
final class FairnessFloor {
  private final int rounds;

  /**
   * @param rounds most rounds in a row that a node goes unasked, 1 or more
   */
  FairnessFloor(int rounds) {
    this.rounds = rounds;
  }

  /** The node's time in a round; 1 where it must be asked now. */
  int time(NodeHistory history, int round) {
    return Math.max(1, history.lastAsked() + rounds + 2 - round);
  }

  /**
   * Nodes to ask in a round: so many as were meant, or more where the times can't be kept else.
   *
   * @param times of all nodes that can be asked
   */
  int size(List<Integer> times, int meant) {
    int size = meant;
    int[] due = due(times);
    for (int t = 1; t < due.length; t++) {
      size = Math.max(size, (due[t] + t - 1) / t);
    }
    return Math.min(size, times.size());
  }

  /** How many of a round's nodes must be those whose times are shortest. */
  int forced(List<Integer> times, int size) {
    int forced = 0;
    int[] due = due(times);
    for (int t = 1; t < due.length; t++) {
      forced = (int) Math.max(forced, due[t] - (long) size * (t - 1));
    }
    return forced;
  }

  /** How many nodes are due within t rounds, by t. */
  private int[] due(List<Integer> times) {
    int[] due = new int[rounds + 2];
    times.forEach(time -> due[Math.min(time, rounds + 1)]++);
    Arrays.parallelPrefix(due, Integer::sum);
    return due;
  }
}
