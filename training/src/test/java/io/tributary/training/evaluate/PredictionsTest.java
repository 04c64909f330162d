package io.tributary.training.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tally.LabelFigures;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.Metric;
import io.tributary.federation.plan.TaskKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no golden vector says: edge cases, samples, reports of every kind. */
class PredictionsTest {
  private static final List<String> TWO = List.of("no", "yes");
  private static final List<String> THREE = List.of("a", "b", "c");

  private static ClassPredictions random(long seed, int size) {
    var random = new Random(seed);
    int[] truth = random.ints(size, 0, 3).toArray();
    float[] scores = new float[3 * size];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) random.nextGaussian();
    }
    return ClassPredictions.ofLogits(THREE, truth, scores);
  }

  private static List<Predictions> everyKind() {
    var sequence = new TagPredictions.Sequence(new int[] {0, 1, 2}, new int[] {0, 1, 1}, 0.5);
    TokenPredictions tokens = TokenPredictions.ofAtMost(2);
    tokens.add(4, 1, 8);
    tokens.add(6, 2, 3);
    return List.of(
        random(1, 20),
        ClassPredictions.ofSecond(TWO, new int[] {0, 1, 1}, new double[] {0.2, 0.5, 0.4}),
        new MultiLabelPredictions(
            TWO, new boolean[] {true, false, true, true}, new double[] {0.9, 0.2, 0.1, 0.5}),
        new TagPredictions(List.of("O", "B-X", "I-X"), List.of(sequence)),
        tokens,
        new ValuePredictions(new double[] {1, 2, 4}, new double[] {1, 3, 3}));
  }

  @Test
  void report_everyKind_hasItsMetricsOnlyAndTravels() {
    for (Predictions predictions : everyKind()) {
      MetricReport report = predictions.report();
      report.figures().keySet().forEach(m -> assertTrue(m.isFor(predictions.kind()), m.token()));
      for (Metric metric : Metric.values()) {
        assertEquals(report.find(metric), predictions.figure(metric), metric.token());
      }
      assertEquals(report, MetricReport.parse(JsonReader.read(report.toJson().canonical())));
    }
  }

  @Test
  void report_everyKind_leavesNoMetricOut() {
    for (TaskKind kind : TaskKind.values()) {
      var found = new ArrayList<Metric>();
      everyKind().stream()
          .filter(predictions -> predictions.kind() == kind)
          .forEach(predictions -> found.addAll(predictions.report().figures().keySet()));
      assertTrue(found.containsAll(Metric.of(kind)), kind + ": " + found);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void sample_everyPositionInAnotherOrder_hasTheSameFigures(long seed) {
    ClassPredictions all = random(seed, 40);
    int[] backwards = IntStream.range(0, 40).map(i -> 39 - i).toArray();
    MetricReport report = all.sample(backwards).report();
    all.report()
        .figures()
        .forEach((metric, v) -> assertEquals(v, report.find(metric).orElseThrow(), 1e-12));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void figures_randomPredictions_keepTheirRanges(long seed) {
    MetricReport report = random(seed, 30).report();
    report
        .figures()
        .forEach(
            (metric, value) -> {
              double least = metric == Metric.MCC ? -1 : 0;
              double most =
                  metric == Metric.LOSS || metric == Metric.LOG_LOSS
                      ? Double.MAX_VALUE
                      : metric == Metric.BRIER ? 2 : 1;
              assertTrue(value >= least && value <= most, metric + " " + value + " seed " + seed);
            });
    assertEquals(report.find(Metric.ACCURACY), report.find(Metric.MICRO_F1));
  }

  @Test
  void ofSecond_oneHalf_isTheSecond() {
    var predictions = ClassPredictions.ofSecond(TWO, new int[] {1, 0}, new double[] {0.5, 0.4999});
    assertEquals(Optional.of(1.0), predictions.figure(Metric.ACCURACY));
    var equal = ClassPredictions.ofLogits(TWO, new int[] {0}, new float[] {3, 3});
    assertEquals(Optional.of(1.0), equal.figure(Metric.ACCURACY));
  }

  @Test
  void logits_thatUnderflow_haveAFiniteLoss() {
    var predictions = ClassPredictions.ofLogits(TWO, new int[] {1}, new float[] {1000, -1000});
    assertEquals(2000, predictions.figure(Metric.LOSS).orElseThrow(), 1e-9);
    assertEquals(52 * Math.log(2), predictions.figure(Metric.LOG_LOSS).orElseThrow(), 1e-9);
  }

  @Test
  void rocAuc_labelThatNeverOccurs_isLeftOutOfTheMean() {
    double[] shares = {0.7, 0.2, 0.1, 0.1, 0.8, 0.1};
    var predictions = ClassPredictions.ofProbabilities(THREE, new int[] {0, 1}, shares);
    assertEquals(1, predictions.figure(Metric.ROC_AUC).orElseThrow());
    assertEquals(2.0 / 3, predictions.figure(Metric.PR_AUC).orElseThrow(), 1e-12);
  }

  @Test
  void scores_ofADivergedModel_giveNoNumbersButAReport() {
    float[] scores = {Float.NaN, Float.NaN, 1, 2};
    MetricReport report = ClassPredictions.ofLogits(TWO, new int[] {0, 1}, scores).report();
    assertTrue(Double.isNaN(report.find(Metric.LOSS).orElseThrow()));
    assertTrue(Double.isNaN(report.find(Metric.ROC_AUC).orElseThrow()));
    assertEquals(2, report.examples());
  }

  @Test
  void matthews_oneLabelPredicted_isZeroAsInScikitLearn() {
    var matrix = new ConfusionMatrix(2);
    matrix.add(0, 0);
    matrix.add(1, 0);
    assertEquals(0, matrix.matthews());
    matrix.add(1, 1);
    assertEquals(0.5, matrix.matthews(), 1e-12);
  }

  @Test
  void calibration_confidenceOnAnEdge_belongsToTheLowerBin() {
    var calibration = new CalibrationError(2);
    calibration.add(0.5, true);
    calibration.add(0.6, false);
    assertEquals((0.5 + 0.6) / 2, calibration.value(), 1e-12);
    assertEquals(0, new CalibrationError(15).value());
  }

  @Test
  void regression_constantsAndFew_areAsInScikitLearnAndSciPy() {
    var one = new RegressionFigures();
    one.add(1, 2);
    assertTrue(Double.isNaN(one.moments().r2()));
    assertTrue(Double.isNaN(one.moments().pearson()));
    var exact = new RegressionFigures();
    exact.add(3, 3);
    exact.add(3, 3);
    assertEquals(1, exact.moments().r2());
    exact.add(3, 4);
    assertEquals(0, exact.moments().r2());
    assertTrue(Double.isNaN(exact.moments().pearson()));
    assertTrue(Double.isNaN(new RegressionFigures().moments().mae()));
  }

  @Test
  void regression_largeOffset_losesNoDigits() {
    double[] truth = {1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4};
    double[] prediction = {1e9 + 1, 1e9 + 3, 1e9 + 2, 1e9 + 4};
    MetricReport report = new ValuePredictions(truth, prediction).report();
    assertEquals(0.8, report.find(Metric.PEARSON).orElseThrow(), 1e-9);
    assertEquals(0.6, report.find(Metric.R2).orElseThrow(), 1e-9);
  }

  @Test
  void spearman_growingFunctionWithTies_isOne() {
    double[] x = {1, 2, 2, 3, 10};
    double[] y = {1, 8, 8, 27, 1000};
    assertEquals(1, RegressionFigures.spearman(x, y), 1e-12);
    assertEquals(-1, RegressionFigures.spearman(x, new double[] {5, 4, 4, 3, 2}), 1e-12);
    assertTrue(Double.isNaN(RegressionFigures.spearman(x, new double[] {1, 1, 1, 1, 1})));
    assertTrue(Double.isNaN(RegressionFigures.spearman(x, new double[] {1, Double.NaN, 1, 2, 3})));
  }

  @Test
  void multiLabel_noLabelAtAll_countsAsZeroInSamples() {
    var figures = new MultiLabelFigures(2);
    figures.add(new boolean[] {false, false}, new boolean[] {false, false});
    figures.add(new boolean[] {true, false}, new boolean[] {true, true});
    assertEquals(0.5, figures.subsetAccuracy());
    assertEquals(0.25, figures.hammingLoss());
    assertEquals(new LabelFigures(0.25, 0.5, 1.0 / 3), figures.samples());
  }

  @Test
  void tokens_withoutOneThatCounts_haveNoLoss() {
    TokenPredictions tokens = TokenPredictions.ofAtMost(1);
    tokens.addShifted(new float[] {1, 2, 3, 4}, new int[] {1, TokenPredictions.IGNORED});
    assertTrue(Double.isNaN(tokens.report().find(Metric.PERPLEXITY).orElseThrow()));
    assertEquals(0, tokens.report().examples());
  }
}
