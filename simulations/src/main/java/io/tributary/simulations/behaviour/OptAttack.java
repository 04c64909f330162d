package io.tributary.simulations.behaviour;

import java.util.List;

/**
 * The attack on Krum by one who knows all updates: {@code -λ s}, s the signs of the honest mean,
 * with the largest λ that its search finds (Fang et al., Local Model Poisoning Attacks to
 * Byzantine-Robust Federated Learning, USENIX Security 2020, section 4.2). All attackers send the
 * same.
 */
final class OptAttack {
  private OptAttack() {}

  /**
   * What they send.
   *
   * @param attackers c, at least 1
   */
  static float[] of(List<float[]> honest, int attackers) {
    double[] signs = AttackMath.mean(honest);
    for (int j = 0; j < signs.length; j++) {
      signs[j] = Math.signum(signs[j]);
    }
    double[][] between = KrumSearch.between(honest);
    double[] here = new double[signs.length];
    var search = new KrumSearch(honest, between, here, signs, attackers, attackers);
    double lambda = search.lambda(largest(honest, between, attackers));
    return AttackMath.shifted(here, signs, lambda);
  }

  /**
   * No λ above it is chosen by Krum (theorem 1): {@code min_i Σ D(w_i, w_l) / ((m - 2c - 1) √d) +
   * max_i D(w_i, w) / √d} over the honest i of m nodes, with the m - c - 2 nearest honest l of
   * each, and w what all began from. It assumes that Krum's m ≥ 2c + 3 holds; where it doesn't, 1
   * stands in the place of m - 2c - 1.
   */
  static double largest(List<float[]> honest, double[][] between, int attackers) {
    int nodes = honest.size() + attackers;
    double least = Double.POSITIVE_INFINITY;
    double farthest = 0;
    for (int i = 0; i < honest.size(); i++) {
      double[] distances = new double[honest.size()];
      for (int j = 0; j < distances.length; j++) {
        distances[j] = Math.sqrt(between[i][j]);
      }
      // its own distance, 0, is the least of all
      least =
          Math.min(least, KrumSearch.least(distances, 1 + KrumSearch.neighbours(nodes, attackers)));
      farthest = Math.max(farthest, norm(honest.get(i)));
    }
    double dimensions = Math.sqrt(honest.get(0).length);
    return least / (Math.max(1, nodes - 2 * attackers - 1) * dimensions) + farthest / dimensions;
  }

  private static double norm(float[] update) {
    double squares = 0;
    for (float value : update) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }
}
