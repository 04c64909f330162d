package io.tributary.simulations.behaviour;

import java.util.Arrays;
import java.util.List;

/**
 * The largest step along a direction with which Krum still chooses the vector that all attackers
 * send, found by halving (Fang et al., Local Model Poisoning Attacks to Byzantine-Robust Federated
 * Learning, USENIX Security 2020, section 4.2).
 *
 * <p>Attackers send {@code a - λ s}. Its squared distance to an update is a parabola of λ, so the
 * updates are read once, however many λ are tried.
 */
final class KrumSearch {
  /** The search ends where λ is no larger. */
  static final double THRESHOLD = 1e-5;

  private final double[][] between;
  private final double[] away;
  private final double[] along;
  private final double length;
  private final int attackers;
  private final int neighbours;

  /**
   * @param between squared distances of the honest updates; those of others may follow
   * @param anchor a
   * @param direction s
   * @param attackers that send the vector, at least 1
   * @param byzantine f that Krum is told
   */
  KrumSearch(
      List<float[]> honest,
      double[][] between,
      double[] anchor,
      double[] direction,
      int attackers,
      int byzantine) {
    this.between = between;
    this.attackers = attackers;
    this.neighbours = neighbours(honest.size() + attackers, byzantine);
    this.away = new double[honest.size()];
    this.along = new double[honest.size()];
    double squares = 0;
    for (int j = 0; j < direction.length; j++) {
      squares += direction[j] * direction[j];
    }
    this.length = squares;
    for (int i = 0; i < honest.size(); i++) {
      float[] update = honest.get(i);
      for (int j = 0; j < direction.length; j++) {
        double off = update[j] - anchor[j];
        away[i] += off * off;
        along[i] += off * direction[j];
      }
    }
  }

  /** How many neighbours count for one of n, one at least. */
  static int neighbours(int nodes, int byzantine) {
    return Math.max(1, nodes - byzantine - 2);
  }

  /** All squared distances. */
  static double[][] between(List<float[]> updates) {
    double[][] squares = new double[updates.size()][updates.size()];
    for (int i = 0; i < squares.length; i++) {
      for (int j = 0; j < i; j++) {
        squares[i][j] = AttackMath.squareDistance(updates.get(i), updates.get(j));
        squares[j][i] = squares[i][j];
      }
    }
    return squares;
  }

  /** The sum of the least of these numbers. */
  static double least(double[] numbers, int count) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    double sum = 0;
    for (int i = 0; i < Math.min(count, sorted.length); i++) {
      sum += sorted[i];
    }
    return sum;
  }

  /** The first of λ, λ/2, λ/4, … that Krum chooses or that is no larger than the threshold. */
  double lambda(double largest) {
    double lambda = largest;
    while (lambda > THRESHOLD && !chooses(lambda)) {
      lambda /= 2;
    }
    return lambda;
  }

  /** Whether Krum prefers the attackers' vector to each honest update. */
  boolean chooses(double lambda) {
    int n = away.length;
    double[] squares = new double[n];
    for (int i = 0; i < n; i++) {
      squares[i] = away[i] + 2 * lambda * along[i] + lambda * lambda * length;
    }
    double[] ofAttacker = Arrays.copyOf(squares, n + attackers - 1);
    double score = least(ofAttacker, neighbours);
    for (int i = 0; i < n; i++) {
      double[] ofHonest = new double[n - 1 + attackers];
      System.arraycopy(between[i], 0, ofHonest, 0, i);
      System.arraycopy(between[i], i + 1, ofHonest, i, n - 1 - i);
      Arrays.fill(ofHonest, n - 1, ofHonest.length, squares[i]);
      if (least(ofHonest, neighbours) <= score) {
        return false;
      }
    }
    return true;
  }
}
