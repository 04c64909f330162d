package io.tributary.training.evaluate;

import io.tributary.aggregation.tally.Tally;
import io.tributary.federation.plan.Metric;
import io.tributary.federation.plan.TaskKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * One label of a set for each example, by probabilities. The most probable is predicted, the first
 * of equals; where the second of two has the only score, it is predicted from 0.5 on.
 */
public final class ClassPredictions implements Predictions {
  private final ScoredExamples scored;

  /** Which of the scored examples these are. */
  private final int[] positions;

  private ClassPredictions(ScoredExamples scored, int[] positions) {
    this.scored = scored;
    this.positions = positions;
  }

  private static ClassPredictions all(
      List<String> labels, int[] truth, double[] probabilities, double[] losses, boolean ofSecond) {
    return new ClassPredictions(
        new ScoredExamples(labels, truth, probabilities, losses, ofSecond),
        IntStream.range(0, truth.length).toArray());
  }

  /**
   * By the scores of a model.
   *
   * @param truth the label's position for each example
   * @param scores logits of shape (examples, labels), row by row
   */
  public static ClassPredictions ofLogits(List<String> labels, int[] truth, float[] scores) {
    int count = labels.size();
    double[] probabilities = new double[scores.length];
    double[] losses = new double[truth.length];
    for (int i = 0; i < truth.length; i++) {
      double[] row = Scores.softmax(scores, i * count, count);
      System.arraycopy(row, 0, probabilities, i * count, count);
      losses[i] = Scores.loss(scores, i * count, count, truth[i]);
    }
    return all(labels, truth, probabilities, losses, false);
  }

  /**
   * By probabilities.
   *
   * @param truth the label's position for each example
   * @param probabilities of shape (examples, labels), row by row; each row sums to 1
   */
  public static ClassPredictions ofProbabilities(
      List<String> labels, int[] truth, double[] probabilities) {
    return all(
        labels, truth, probabilities.clone(), losses(labels.size(), truth, probabilities), false);
  }

  private static double[] losses(int labels, int[] truth, double[] probabilities) {
    double[] losses = new double[truth.length];
    for (int i = 0; i < truth.length; i++) {
      losses[i] = -Math.log(probabilities[i * labels + truth[i]]);
    }
    return losses;
  }

  /**
   * Two labels by the probability of the second, such as the sigmoid of one logit.
   *
   * @param truth 0 or 1 for each example
   */
  public static ClassPredictions ofSecond(List<String> labels, int[] truth, double[] second) {
    double[] both = new double[2 * second.length];
    for (int i = 0; i < second.length; i++) {
      both[2 * i] = 1 - second[i];
      both[2 * i + 1] = second[i];
    }
    return all(labels, truth, both, losses(2, truth, both), true);
  }

  @Override
  public TaskKind kind() {
    return TaskKind.CLASSIFICATION;
  }

  @Override
  public int size() {
    return positions.length;
  }

  @Override
  public ClassPredictions sample(int[] among) {
    int[] sample = new int[among.length];
    for (int i = 0; i < among.length; i++) {
      sample[i] = positions[among[i]];
    }
    return new ClassPredictions(scored, sample);
  }

  /** How often each label was predicted as each. */
  public ConfusionMatrix confusion() {
    var matrix = new ConfusionMatrix(scored.labels().size());
    for (int example : positions) {
      matrix.add(scored.truth(example), scored.predicted(example));
    }
    return matrix;
  }

  @Override
  public Optional<Double> figure(Metric metric) {
    return switch (metric) {
      case ROC_AUC, PR_AUC -> Optional.of(ranked(metric));
      default -> Optional.ofNullable(tally().figures().get(metric));
    };
  }

  @Override
  public double[] figures(List<Metric> metrics) {
    Map<Metric, Double> figures = tally().figures();
    return metrics.stream()
        .mapToDouble(
            metric ->
                switch (metric) {
                  case ROC_AUC, PR_AUC -> ranked(metric);
                  default -> figures.getOrDefault(metric, Double.NaN);
                })
        .toArray();
  }

  @Override
  public MetricReport report() {
    ConfusionMatrix matrix = confusion();
    Tally tally = tally(matrix);
    Map<Metric, Double> figures = tally.figures();
    figures.put(Metric.ROC_AUC, ranked(Metric.ROC_AUC));
    figures.put(Metric.PR_AUC, ranked(Metric.PR_AUC));
    return new MetricReport(
        kind(),
        positions.length,
        figures,
        Interval.of(tally),
        matrix.classes(scored.labels()),
        scored.labels().size() > MetricReport.LARGEST_CONFUSION ? List.of() : matrix.rows());
  }

  @Override
  public Tally tally() {
    return tally(confusion());
  }

  private Tally tally(ConfusionMatrix matrix) {
    double loss = 0;
    double logLoss = 0;
    double brier = 0;
    var calibration = new CalibrationError(CalibrationError.BINS);
    for (int example : positions) {
      int predicted = scored.predicted(example);
      loss += scored.loss(example);
      logLoss += scored.logLoss(example);
      brier += scored.brier(example);
      calibration.add(scored.probability(example, predicted), predicted == scored.truth(example));
    }
    SortedMap<String, Double> sums = new TreeMap<>();
    sums.put(Tally.LOSS, loss);
    sums.put(Tally.LOG_LOSS, logLoss);
    sums.put(Tally.BRIER, brier);
    sums.put(Tally.RIGHT, (double) matrix.hits());
    calibration.tell(sums);
    return new Tally(
        kind(), positions.length, sums, new TreeMap<>(Map.of(Tally.LABELS, matrix.labels())));
  }

  private double ranked(Metric metric) {
    int count = scored.labels().size();
    double sum = 0;
    int defined = 0;
    for (int label = count == 2 ? 1 : 0; label < count; label++) {
      int at = label;
      Ranking ranking =
          Ranking.of(
              positions.length,
              i -> scored.truth(positions[i]) == at,
              i -> scored.probability(positions[i], at));
      double value = metric == Metric.ROC_AUC ? ranking.rocAuc() : ranking.averagePrecision();
      if (!Double.isNaN(value)) {
        sum += value;
        defined++;
      }
    }
    return sum / defined;
  }
}
