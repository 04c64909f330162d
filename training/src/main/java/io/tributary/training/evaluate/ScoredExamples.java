package io.tributary.training.evaluate;

import java.util.List;

/**
 * Examples of one label each with their probabilities, and what figures need of each example,
 * computed once: resamples of an interval look it up two hundred times.
 */
final class ScoredExamples {
  private final List<String> labels;
  private final int[] truth;

  /** Of shape (examples, labels). */
  private final double[] probabilities;

  private final double[] losses;
  private final int[] predicted;
  private final double[] logLosses;
  private final double[] briers;

  /**
   * @param ofSecond whether the second of two labels has the only score; it is predicted from 0.5
   *     on
   */
  ScoredExamples(
      List<String> labels, int[] truth, double[] probabilities, double[] losses, boolean ofSecond) {
    this.labels = List.copyOf(labels);
    this.truth = truth.clone();
    this.probabilities = probabilities;
    this.losses = losses;
    int count = labels.size();
    predicted = new int[truth.length];
    logLosses = new double[truth.length];
    briers = new double[truth.length];
    for (int i = 0; i < truth.length; i++) {
      predicted[i] = ofSecond ? second(i) : Scores.best(probabilities, i * count, count);
      logLosses[i] = Probabilities.logLoss(probabilities[i * count + truth[i]]);
      briers[i] = Probabilities.brier(probabilities, i * count, count, truth[i]);
    }
  }

  private int second(int example) {
    return probabilities[2 * example + 1] >= 0.5 ? 1 : 0;
  }

  List<String> labels() {
    return labels;
  }

  /** The label that is right. */
  int truth(int example) {
    return truth[example];
  }

  /** The label that is predicted. */
  int predicted(int example) {
    return predicted[example];
  }

  /** Its loss. */
  double loss(int example) {
    return losses[example];
  }

  /** The clipped negative logarithm of the true label's probability. */
  double logLoss(int example) {
    return logLosses[example];
  }

  /** The squared distance of the probabilities from the truth. */
  double brier(int example) {
    return briers[example];
  }

  /** The probability of a label. */
  double probability(int example, int label) {
    return probabilities[example * labels.size() + label];
  }
}
