package io.tributary.training.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Metric;
import io.tributary.federation.seed.RandomStreams;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  private static RandomGenerator stream(long seed) {
    return new RandomStreams(seed).stream(0, RandomStreams.COORDINATOR, Bootstrap.PURPOSE);
  }

  private static Interval interval(
      ClassPredictions predictions, Metric metric, RandomGenerator random) {
    return predictions.intervals(List.of(metric), Bootstrap.usual(), random).get(0);
  }

  @Test
  void quantile_betweenValues_isLinearAsInNumPy() {
    double[] sorted = {1, 2, 4, 8};
    assertEquals(1, Bootstrap.quantile(sorted, 0));
    assertEquals(1.75, Bootstrap.quantile(sorted, 0.25), 1e-12);
    assertEquals(3, Bootstrap.quantile(sorted, 0.5), 1e-12);
    assertEquals(8, Bootstrap.quantile(sorted, 1));
  }

  @Test
  void interval_sameSeed_isTheSameAndAnotherSeedsAnother() {
    int[] truth = {0, 1, 1, 0, 1, 0, 0, 1, 1, 1};
    double[] second = {0.1, 0.9, 0.4, 0.3, 0.8, 0.6, 0.2, 0.7, 0.9, 0.45};
    var predictions = ClassPredictions.ofSecond(List.of("n", "y"), truth, second);
    Interval first = interval(predictions, Metric.ROC_AUC, stream(1));
    assertEquals(first, interval(predictions, Metric.ROC_AUC, stream(1)));
    assertTrue(first.low() < first.high());
    assertTrue(first.low() <= predictions.figure(Metric.ROC_AUC).orElseThrow());
    Interval loss = interval(predictions, Metric.LOSS, stream(1));
    assertTrue(!loss.equals(interval(predictions, Metric.LOSS, stream(2))));
  }

  @Test
  void intervals_ofSeveralMetrics_areThoseOfEachAlone() {
    int[] truth = {0, 1, 2, 0, 1, 2, 0, 1, 2, 1};
    float[] scores = new float[30];
    RandomGenerator random = stream(7);
    for (int i = 0; i < scores.length; i++) {
      scores[i] = random.nextFloat() + (i % 3 == truth[i / 3] ? 0.4f : 0);
    }
    var all = ClassPredictions.ofLogits(List.of("a", "b", "c"), truth, scores);
    List<Metric> metrics = List.of(Metric.MACRO_F1, Metric.ROC_AUC, Metric.LOSS);
    List<Interval> together = all.intervals(metrics, Bootstrap.usual(), stream(1));
    for (int i = 0; i < metrics.size(); i++) {
      assertEquals(interval(all, metrics.get(i), stream(1)), together.get(i));
      assertEquals(all.figure(metrics.get(i)).orElseThrow(), all.figures(metrics)[i]);
    }
    assertEquals(
        all.sample(new int[] {4, 9}).report(),
        all.sample(new int[] {9, 0, 4}).sample(new int[] {2, 0}).report(),
        "a sample of a sample");
  }

  /** The mean of n values from [0, 1): its standard error is 1/sqrt(12 n). */
  @Test
  void interval_ofAMean_isAsWideAsTheoryHasIt() {
    RandomGenerator random = stream(3);
    double[] values = random.doubles(400).toArray();
    Interval interval =
        new Bootstrap(2000, 0.95)
            .of(
                400,
                1,
                at ->
                    new double[] {
                      Arrays.stream(at).mapToDouble(i -> values[i]).average().orElse(0)
                    },
                random)
            .get(0);
    double width = 2 * 1.96 / Math.sqrt(12 * 400.0);
    assertEquals(width, interval.high() - interval.low(), 0.15 * width);
  }

  @Test
  void interval_figureThatIsMostlyUndefined_isUndefined() {
    Function<int[], double[]> undefined = at -> new double[] {Double.NaN};
    Interval interval = Bootstrap.usual().of(5, 1, undefined, stream(1)).get(0);
    assertTrue(Double.isNaN(interval.low()) && Double.isNaN(interval.high()));
    assertTrue(
        Double.isNaN(Bootstrap.usual().of(0, 1, at -> new double[] {1}, stream(1)).get(0).low()));
  }

  @Test
  void bootstrap_impossibleSettings_areRefused() {
    assertThrows(FederationException.class, () -> new Bootstrap(0, 0.95));
    assertThrows(FederationException.class, () -> new Bootstrap(10, 1));
    assertThrows(FederationException.class, () -> new Bootstrap(10, Double.NaN));
  }
}
