package io.tributary.aggregation.tally;

import java.util.List;

/**
 * What the figures of predicted numbers follow from: means and centred moments, which lose no
 * digits where values lie far from zero. Two of them add up to those of all examples (Chan, Golub
 * and LeVeque, COMPSTAT 1982).
 *
 * @param absolute sum of absolute errors, in the target's unit
 * @param squared sum of squared errors
 * @param truthMoment sum of squared distances of targets from their mean
 * @param predictionMoment the same of predictions
 * @param coMoment sum of products of both distances
 */
public record Moments(
    long examples,
    double absolute,
    double squared,
    double meanTruth,
    double meanPrediction,
    double truthMoment,
    double predictionMoment,
    double coMoment) {
  /** Those of no examples. */
  public static final Moments NONE = new Moments(0, 0, 0, 0, 0, 0, 0, 0);

  /** How many numbers they are. */
  public static final int NUMBERS = 7;

  /** Those that {@link #numbers} gave, {@link #NUMBERS} of them. */
  public static Moments of(long examples, List<Double> n) {
    return new Moments(
        examples, n.get(0), n.get(1), n.get(2), n.get(3), n.get(4), n.get(5), n.get(6));
  }

  /** All but the count, in the order in which they are written and sent. */
  public List<Double> numbers() {
    return List.of(
        absolute, squared, meanTruth, meanPrediction, truthMoment, predictionMoment, coMoment);
  }

  /** Those of the examples of both. */
  public Moments plus(Moments other) {
    if (examples == 0 || other.examples == 0) {
      return examples == 0 ? other : this;
    }
    double all = (double) examples + other.examples;
    double truth = other.meanTruth - meanTruth;
    double prediction = other.meanPrediction - meanPrediction;
    double share = other.examples / all;
    double across = examples * share;
    return new Moments(
        examples + other.examples,
        absolute + other.absolute,
        squared + other.squared,
        meanTruth + truth * share,
        meanPrediction + prediction * share,
        truthMoment + other.truthMoment + truth * truth * across,
        predictionMoment + other.predictionMoment + prediction * prediction * across,
        coMoment + other.coMoment + truth * prediction * across);
  }

  /** Whether every number is one. */
  boolean finite() {
    return Double.isFinite(absolute + squared + meanTruth + meanPrediction)
        && Double.isFinite(truthMoment + predictionMoment + coMoment);
  }

  /** Whether a set of examples can have these moments. */
  boolean possible() {
    return absolute >= 0 && squared >= 0 && truthMoment >= 0 && predictionMoment >= 0;
  }

  /** Mean absolute error, in the target's unit; NaN without examples, as all others. */
  public double mae() {
    return absolute / examples;
  }

  /** Mean squared error. */
  public double mse() {
    return squared / examples;
  }

  /** Root of the mean squared error, in the target's unit. */
  public double rmse() {
    return Math.sqrt(mse());
  }

  /**
   * The share of the target's variance that is explained, 1 at best, below 0 where the mean would
   * have done better. As in scikit-learn NaN below two examples; of a constant target 1 where all
   * predictions are exact, else 0.
   */
  public double r2() {
    if (examples < 2) {
      return Double.NaN;
    }
    if (truthMoment == 0) {
      return squared == 0 ? 1 : 0;
    }
    return 1 - squared / truthMoment;
  }

  /**
   * Pearson's correlation of target and prediction, from -1 to 1; NaN below two examples and where
   * either is constant, as in SciPy.
   */
  public double pearson() {
    if (examples < 2 || truthMoment == 0 || predictionMoment == 0) {
      return Double.NaN;
    }
    double correlation = coMoment / Math.sqrt(truthMoment) / Math.sqrt(predictionMoment);
    return Double.isNaN(correlation) ? correlation : Math.max(-1, Math.min(1, correlation));
  }
}
