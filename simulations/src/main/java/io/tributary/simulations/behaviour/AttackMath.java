package io.tributary.simulations.behaviour;

import io.tributary.training.data.GammaVariates;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What hostile nodes send instead of their updates. An update is the vector of all values of its
 * delta; sums are in float64. Updates of honest nodes are not changed.
 */
final class AttackMath {
  /** Halvings of the search of {@link #minMax}: after them γ is known to a part in 10^12. */
  private static final int HALVINGS = 60;

  private static final double LARGEST_GAMMA = 1e6;

  private AttackMath() {}

  /** The own update, turned round: {@code -c g}. */
  static float[] signFlip(float[] own, double scale) {
    return times(own, -scale);
  }

  /** The own update with noise: {@code g + N(0, s²)}, value by value. */
  static float[] gaussian(float[] own, double deviation, RandomGenerator random) {
    var normal = new GammaVariates(random);
    float[] sent = new float[own.length];
    for (int i = 0; i < own.length; i++) {
      sent[i] = (float) (own[i] + deviation * normal.normal());
    }
    return sent;
  }

  /**
   * The own update, enlarged so that the mean of all becomes the model it was trained to (model
   * replacement, Bagdasaryan et al., How to backdoor federated learning, AISTATS 2020, equation 3):
   * {@code n/η (X - x)}.
   *
   * @param nodes n, that take part
   * @param rate η, of the server
   */
  static float[] modelReplacement(float[] own, double nodes, double rate) {
    return times(own, nodes / rate);
  }

  /**
   * As far from the mean as can pass unnoticed: {@code μ - z σ}, value by value (Baruch et al., A
   * little is enough, NeurIPS 2019, algorithm 3).
   *
   * @param honest updates that the attackers know
   * @param nodes n, attackers included
   * @param attackers f
   */
  static float[] littleIsEnough(List<float[]> honest, int nodes, int attackers) {
    return shifted(honest, littleIsEnoughZ(nodes, attackers));
  }

  /** Its z: {@code Φ⁻¹((n - f - s) / (n - f))} with {@code s = ⌊n/2 + 1⌋ - f} supporters. */
  static double littleIsEnoughZ(int nodes, int attackers) {
    int supporters = nodes / 2 + 1 - attackers;
    return NormalQuantile.of((double) (nodes - attackers - supporters) / (nodes - attackers));
  }

  /**
   * Against the mean of the honest: {@code -ε μ} (inner-product manipulation, Xie et al., Fall of
   * empires, UAI 2019).
   */
  static float[] innerProduct(List<float[]> honest, double epsilon) {
    double[] mean = mean(honest);
    float[] sent = new float[mean.length];
    for (int i = 0; i < sent.length; i++) {
      sent[i] = (float) (-epsilon * mean[i]);
    }
    return sent;
  }

  /**
   * As far as possible and still no farther from any honest update than two of those are from each
   * other: {@code μ - γ σ} with the largest such γ (AGR-agnostic min-max, Shejwalkar and
   * Houmansadr, Manipulating the Byzantine, NDSS 2021, equation 7).
   */
  static float[] minMax(List<float[]> honest) {
    return shifted(honest, minMaxGamma(honest));
  }

  /** Its γ. */
  static double minMaxGamma(List<float[]> honest) {
    double most = 0;
    for (int i = 0; i < honest.size(); i++) {
      for (int j = 0; j < i; j++) {
        most = Math.max(most, squareDistance(honest.get(i), honest.get(j)));
      }
    }
    double low = 0;
    double high = 1;
    while (high < LARGEST_GAMMA && within(honest, high, most)) {
      low = high;
      high *= 2;
    }
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (within(honest, middle, most)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static boolean within(List<float[]> honest, double gamma, double most) {
    float[] sent = shifted(honest, gamma);
    return honest.stream().allMatch(update -> squareDistance(sent, update) <= most);
  }

  /** {@code μ - k σ}, with the deviation of the sample taken over n, not n - 1. */
  private static float[] shifted(List<float[]> honest, double k) {
    double[] mean = mean(honest);
    float[] sent = new float[mean.length];
    for (int i = 0; i < sent.length; i++) {
      double square = 0;
      for (float[] update : honest) {
        double off = update[i] - mean[i];
        square += off * off;
      }
      sent[i] = (float) (mean[i] - k * Math.sqrt(square / honest.size()));
    }
    return sent;
  }

  private static double[] mean(List<float[]> updates) {
    double[] mean = new double[updates.get(0).length];
    for (float[] update : updates) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += update[i];
      }
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= updates.size();
    }
    return mean;
  }

  private static double squareDistance(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      double off = (double) one[i] - other[i];
      sum += off * off;
    }
    return sum;
  }

  private static float[] times(float[] update, double factor) {
    float[] product = new float[update.length];
    for (int i = 0; i < update.length; i++) {
      product[i] = (float) (update[i] * factor);
    }
    return product;
  }
}
