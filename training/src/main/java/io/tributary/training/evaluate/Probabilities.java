package io.tributary.training.evaluate;

/** Terms of one example of figures that judge probabilities. */
final class Probabilities {
  /** What scikit-learn clips probabilities of float64 to, at both ends, before their logarithm. */
  private static final double EPSILON = 0x1p-52;

  private Probabilities() {}

  /** The negative logarithm in nats, of the probability clipped away from 0 and 1. */
  static double logLoss(double probability) {
    return -Math.log(Math.min(Math.max(probability, EPSILON), 1 - EPSILON));
  }

  /**
   * The squared distance of the probabilities from the truth (Brier, Mon. Weather Rev. 78, 1950):
   * the sum over all labels, from 0 to 2; for two labels that of the second label alone, from 0 to
   * 1, as is usual there.
   */
  static double brier(double[] probabilities, int from, int labels, int label) {
    if (labels == 2) {
      double miss = probabilities[from + 1] - label;
      return miss * miss;
    }
    double sum = 0;
    for (int i = 0; i < labels; i++) {
      double miss = probabilities[from + i] - (i == label ? 1 : 0);
      sum += miss * miss;
    }
    return sum;
  }
}
