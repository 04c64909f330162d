package io.tributary.training.evaluate;

import io.tributary.aggregation.tally.Tally;
import io.tributary.federation.plan.Metric;
import io.tributary.federation.plan.TaskKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A number for each example. */
public final class ValuePredictions implements Predictions {
  private final double[] truth;
  private final double[] prediction;

  /** Both of one length, in the target's unit. */
  public ValuePredictions(double[] truth, double[] prediction) {
    this.truth = truth.clone();
    this.prediction = prediction.clone();
  }

  @Override
  public TaskKind kind() {
    return TaskKind.REGRESSION;
  }

  @Override
  public int size() {
    return truth.length;
  }

  @Override
  public ValuePredictions sample(int[] positions) {
    double[] real = new double[positions.length];
    double[] foretold = new double[positions.length];
    for (int i = 0; i < positions.length; i++) {
      real[i] = truth[positions[i]];
      foretold[i] = prediction[positions[i]];
    }
    return new ValuePredictions(real, foretold);
  }

  @Override
  public Tally tally() {
    var sums = new RegressionFigures();
    for (int i = 0; i < truth.length; i++) {
      sums.add(truth[i], prediction[i]);
    }
    return new Tally(
        kind(), truth.length, new TreeMap<>(), new TreeMap<>(), Optional.of(sums.moments()));
  }

  @Override
  public MetricReport report() {
    Map<Metric, Double> figures = tally().figures();
    figures.put(Metric.SPEARMAN, RegressionFigures.spearman(truth, prediction));
    return new MetricReport(kind(), truth.length, figures, Optional.empty(), List.of(), List.of());
  }
}
