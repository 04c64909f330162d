package io.tributary.simulations.behaviour;

import java.util.List;

/**
 * Attacks as Flower's baseline of FLANDERS computes them (Gabrielli et al., Protecting Federated
 * Learning from Extreme Model Poisoning Attacks via Multidimensional Time Series Anomaly Detection,
 * 2023). Its table can only be held against these. Where they differ from their papers: means and
 * deviations are over the updates of all nodes, what the attackers would have sent as honest nodes
 * included; a little is enough takes the distribution function for its inverse and the root of the
 * deviation for the deviation; min-max looks for γ between 2.5 and 7.5 and takes 6 where even 2.5
 * stands out; opt goes back to a model of the first round.
 */
final class FlandersForm {
  private static final double FIRST_GAMMA = 5;
  private static final double FIRST_STEP = 2.5;
  private static final double LARGEST_LAMBDA = 999;

  private FlandersForm() {}

  /** {@code μ - Φ((n - f - s) / (n - f)) √σ} over the updates of all nodes. */
  static float[] littleIsEnough(Knowledge known) {
    List<float[]> all = known.all();
    double[] mean = AttackMath.mean(all);
    double[] deviations = AttackMath.deviations(all, mean);
    for (int j = 0; j < deviations.length; j++) {
      deviations[j] = Math.sqrt(deviations[j]);
    }
    return AttackMath.shifted(mean, deviations, z(known.nodes(), known.attackers()));
  }

  /** Its factor, of probabilities above 1 too. */
  static double z(int nodes, int attackers) {
    int supporters = nodes / 2 + 1 - attackers;
    return NormalProbability.below((double) (nodes - attackers - supporters) / (nodes - attackers));
  }

  /** {@code μ - γ σ} over the updates of all nodes. */
  static float[] minMax(Knowledge known) {
    List<float[]> all = known.all();
    double[] mean = AttackMath.mean(all);
    double[] deviations = AttackMath.deviations(all, mean);
    double largest = AttackMath.minMaxGamma(known.honest(), mean, deviations);
    return AttackMath.shifted(mean, deviations, gamma(largest));
  }

  /**
   * The γ that its search ends with: from 5 by steps of 1.25, 0.625, … up where γ does not stand
   * out and down where it does; the last one that did not, or 6.
   *
   * @param largest from which on it stands out
   */
  static double gamma(double largest) {
    double good = FIRST_GAMMA + 1;
    double gamma = FIRST_GAMMA;
    for (double step = FIRST_STEP;
        step > KrumSearch.THRESHOLD && Math.abs(good - gamma) > KrumSearch.THRESHOLD;
        step /= 2) {
      boolean unnoticed = gamma < largest;
      good = unnoticed ? gamma : good;
      gamma += unnoticed ? step / 2 : -step / 2;
    }
    return good;
  }

  /**
   * {@code W - λ sign(W)}, as an update of the present model, with Krum told of two attackers at
   * least.
   *
   * @param reference W: the model that the first node had trained in the first round
   * @param present the model that all began from
   * @param tensors how many values each tensor has, in their order
   */
  static float[] opt(Knowledge known, float[] reference, float[] present, List<Integer> tensors) {
    double[] anchor = new double[reference.length];
    double[] signs = new double[reference.length];
    for (int j = 0; j < anchor.length; j++) {
      anchor[j] = (double) reference[j] - present[j];
      signs[j] = Math.signum(reference[j]);
    }
    int byzantine = Math.max(2, known.attackers());
    double[][] between = KrumSearch.between(known.all());
    var search =
        new KrumSearch(known.honest(), between, anchor, signs, known.attackers(), byzantine);
    double lambda = search.lambda(largest(known, between, anchor, byzantine, tensors));
    return AttackMath.shifted(anchor, signs, lambda);
  }

  /**
   * Its first λ, 999 at most: the least score of an honest update, by squared distances, over
   * {@code (n - 2) (f - 1) √L}, and the largest square of the sum of the L tensors' distances to W
   * over {@code √L}.
   *
   * @param between squared distances of all updates, those of the honest first
   */
  static double largest(
      Knowledge known, double[][] between, double[] anchor, int byzantine, List<Integer> tensors) {
    double least = Double.POSITIVE_INFINITY;
    double farthest = 0;
    for (int i = 0; i < known.honest().size(); i++) {
      int neighbours = KrumSearch.neighbours(between.length, byzantine);
      least = Math.min(least, KrumSearch.least(between[i], 1 + neighbours));
      farthest = Math.max(farthest, sumOfNorms(known.honest().get(i), anchor, tensors));
    }
    double layers = Math.sqrt(tensors.size());
    double rest = (known.nodes() - 2.0) * (byzantine - 1);
    return Math.min(LARGEST_LAMBDA, least / (rest * layers) + farthest * farthest / layers);
  }

  private static double sumOfNorms(float[] update, double[] anchor, List<Integer> tensors) {
    double sum = 0;
    int at = 0;
    for (int size : tensors) {
      double squares = 0;
      for (int end = at + size; at < end; at++) {
        double off = update[at] - anchor[at];
        squares += off * off;
      }
      sum += Math.sqrt(squares);
    }
    return sum;
  }
}
