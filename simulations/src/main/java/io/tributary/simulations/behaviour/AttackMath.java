package io.tributary.simulations.behaviour;

import io.tributary.training.data.GammaVariates;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What hostile nodes send instead of their updates. An update is the vector of all values of its
 * delta; sums are in float64. Updates of honest nodes are not changed.
 */
final class AttackMath {
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

  /**
   * Its z: {@code Φ⁻¹((n - f - s) / (n - f))} with {@code s = ⌊n/2 + 1⌋ - f} supporters; one where
   * the attackers are the majority without any, for which the paper has no z.
   */
  static double littleIsEnoughZ(int nodes, int attackers) {
    int supporters = Math.max(1, nodes / 2 + 1 - attackers);
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

  /**
   * Its γ. How far {@code μ - γ σ} is from an update, squared, is a parabola of γ, so the largest γ
   * within the distance is a root of it, and the least of these roots holds for all.
   */
  static double minMaxGamma(List<float[]> honest) {
    double[] mean = mean(honest);
    return minMaxGamma(honest, mean, deviations(honest, mean));
  }

  /** The same around another point and along another direction than those of the honest alone. */
  static double minMaxGamma(List<float[]> honest, double[] mean, double[] deviations) {
    double most = 0;
    for (int i = 0; i < honest.size(); i++) {
      for (int j = 0; j < i; j++) {
        most = Math.max(most, squareDistance(honest.get(i), honest.get(j)));
      }
    }
    double length = 0;
    for (double deviation : deviations) {
      length += deviation * deviation;
    }
    double gamma = length == 0 ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < honest.size() && length > 0; i++) {
      gamma = Math.min(gamma, root(honest.get(i), mean, deviations, length, most));
    }
    return gamma;
  }

  private static double root(
      float[] update, double[] mean, double[] deviations, double length, double most) {
    double along = 0;
    double away = 0;
    for (int i = 0; i < update.length; i++) {
      double off = update[i] - mean[i];
      along += deviations[i] * off;
      away += off * off;
    }
    return (-along + Math.sqrt(along * along + length * Math.max(0, most - away))) / length;
  }

  /** {@code μ - k σ}. */
  private static float[] shifted(List<float[]> honest, double k) {
    double[] mean = mean(honest);
    return shifted(mean, deviations(honest, mean), k);
  }

  static float[] shifted(double[] mean, double[] deviations, double k) {
    float[] sent = new float[mean.length];
    for (int i = 0; i < sent.length; i++) {
      sent[i] = (float) (mean[i] - k * deviations[i]);
    }
    return sent;
  }

  /** The deviation of the sample, taken over n, not n - 1, value by value. */
  static double[] deviations(List<float[]> updates, double[] mean) {
    double[] squares = new double[mean.length];
    for (float[] update : updates) {
      for (int i = 0; i < squares.length; i++) {
        double off = update[i] - mean[i];
        squares[i] += off * off;
      }
    }
    for (int i = 0; i < squares.length; i++) {
      squares[i] = Math.sqrt(squares[i] / updates.size());
    }
    return squares;
  }

  static double[] mean(List<float[]> updates) {
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

  static double squareDistance(float[] one, float[] other) {
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
