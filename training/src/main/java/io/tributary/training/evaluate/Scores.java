package io.tributary.training.evaluate;

/** Arithmetic on the scores of one example, in float64. */
final class Scores {
  private Scores() {}

  /** Position of the greatest score; the first of equals. */
  static int best(float[] scores, int start, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      if (scores[start + i] > scores[start + best]) {
        best = i;
      }
    }
    return best;
  }

  /** Position of the greatest score; the first of equals. */
  static int best(double[] scores, int start, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      if (scores[start + i] > scores[start + best]) {
        best = i;
      }
    }
    return best;
  }

  /** Cross-entropy in nats: log of the sum of exponentials, less the label's score. */
  static double loss(float[] scores, int start, int count, int label) {
    double greatest = scores[start + best(scores, start, count)];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.exp(scores[start + i] - greatest);
    }
    return Math.log(sum) + greatest - scores[start + label];
  }

  static double[] softmax(float[] scores, int start, int count) {
    double greatest = scores[start + best(scores, start, count)];
    double[] shares = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      shares[i] = Math.exp(scores[start + i] - greatest);
      sum += shares[i];
    }
    for (int i = 0; i < count; i++) {
      shares[i] /= sum;
    }
    return shares;
  }
}
