package io.tributary.training.evaluate;

import io.tributary.aggregation.tally.Tally;
import io.tributary.federation.plan.Metric;
import io.tributary.federation.plan.TaskKind;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Predictions of one kind beside the truth, held so that any metric can be taken of them, or of a
 * sample of them.
 */
public sealed interface Predictions
    permits ClassPredictions,
        MultiLabelPredictions,
        TagPredictions,
        TokenPredictions,
        ValuePredictions {
  TaskKind kind();

  /** What is drawn when samples are: examples, or sequences. */
  int size();

  /** The sums that figures follow from, and that add up over sites. */
  Tally tally();

  /** All figures. */
  MetricReport report();

  /** The value of one metric; empty where these predictions don't have it. */
  default Optional<Double> figure(Metric metric) {
    return report().find(metric);
  }

  /** The predictions at some positions, which may repeat. */
  Predictions sample(int[] positions);

  /** The values of some metrics in their order; NaN where these predictions don't have one. */
  default double[] figures(List<Metric> metrics) {
    MetricReport report = report();
    return metrics.stream().mapToDouble(metric -> report.find(metric).orElse(Double.NaN)).toArray();
  }

  /**
   * The bootstrap intervals of some metrics in their order, all from the same resamples; NaN ends
   * where these predictions don't have one.
   */
  default List<Interval> intervals(
      List<Metric> metrics, Bootstrap bootstrap, RandomGenerator random) {
    return bootstrap.of(
        size(), metrics.size(), positions -> sample(positions).figures(metrics), random);
  }
}
