package io.tributary.training.evaluate;

import io.tributary.aggregation.tally.Moments;

/**
 * Figures of predicted numbers that need no second pass: values are taken one by one, means and
 * co-moments by Welford's updates, so that large offsets cost no digits. NaN without examples.
 */
public final class RegressionFigures {
  private long examples;
  private double absolute;
  private double squared;
  private double meanTruth;
  private double meanPrediction;
  private double truthMoment;
  private double predictionMoment;
  private double coMoment;

  public void add(double truth, double prediction) {
    examples++;
    absolute += Math.abs(truth - prediction);
    squared += (truth - prediction) * (truth - prediction);
    double truthStep = truth - meanTruth;
    double predictionStep = prediction - meanPrediction;
    meanTruth += truthStep / examples;
    meanPrediction += predictionStep / examples;
    truthMoment += truthStep * (truth - meanTruth);
    predictionMoment += predictionStep * (prediction - meanPrediction);
    coMoment += truthStep * (prediction - meanPrediction);
  }

  /** What their figures follow from. */
  public Moments moments() {
    return new Moments(
        examples,
        absolute,
        squared,
        meanTruth,
        meanPrediction,
        truthMoment,
        predictionMoment,
        coMoment);
  }

  /**
   * Spearman's rank correlation: Pearson's of the ranks, equal values sharing the mean of their
   * ranks. Holds all values. NaN where {@link Moments#pearson} is, and where a value is NaN.
   */
  public static double spearman(double[] truth, double[] prediction) {
    double[] truthRanks = Ranks.of(truth);
    double[] predictionRanks = Ranks.of(prediction);
    var figures = new RegressionFigures();
    for (int i = 0; i < truth.length; i++) {
      figures.add(truthRanks[i], predictionRanks[i]);
    }
    return figures.moments().pearson();
  }
}
