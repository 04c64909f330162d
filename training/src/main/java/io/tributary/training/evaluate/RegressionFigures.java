package io.tributary.training.evaluate;

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

  /** Mean absolute error, in the target's unit. */
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

  /**
   * Spearman's rank correlation: Pearson's of the ranks, equal values sharing the mean of their
   * ranks. Holds all values. NaN where {@link #pearson} is, and where a value is NaN.
   */
  public static double spearman(double[] truth, double[] prediction) {
    double[] truthRanks = Ranks.of(truth);
    double[] predictionRanks = Ranks.of(prediction);
    var figures = new RegressionFigures();
    for (int i = 0; i < truth.length; i++) {
      figures.add(truthRanks[i], predictionRanks[i]);
    }
    return figures.pearson();
  }
}
