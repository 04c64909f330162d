package io.tributary.training.evaluate;

import io.tributary.aggregation.tally.Tally;
import io.tributary.federation.plan.Metric;
import io.tributary.federation.plan.TaskKind;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Any number of labels for each example; a label is predicted from a probability of 0.5 on. */
public final class MultiLabelPredictions implements Predictions {
  private final List<String> labels;
  private final boolean[] truth;
  private final double[] probabilities;
  private final int size;

  /**
   * @param truth of shape (examples, labels), row by row
   * @param probabilities of the same shape, each from 0 to 1
   */
  public MultiLabelPredictions(List<String> labels, boolean[] truth, double[] probabilities) {
    this.labels = List.copyOf(labels);
    this.truth = truth.clone();
    this.probabilities = probabilities.clone();
    this.size = truth.length / labels.size();
  }

  @Override
  public TaskKind kind() {
    return TaskKind.MULTI_LABEL;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public MultiLabelPredictions sample(int[] positions) {
    int count = labels.size();
    boolean[] had = new boolean[positions.length * count];
    double[] shares = new double[positions.length * count];
    for (int i = 0; i < positions.length; i++) {
      System.arraycopy(truth, positions[i] * count, had, i * count, count);
      System.arraycopy(probabilities, positions[i] * count, shares, i * count, count);
    }
    return new MultiLabelPredictions(labels, had, shares);
  }

  /** The figures of the decided predictions. */
  public MultiLabelFigures decided() {
    int count = labels.size();
    var figures = new MultiLabelFigures(count);
    for (int i = 0; i < size; i++) {
      boolean[] had = new boolean[count];
      boolean[] given = new boolean[count];
      for (int label = 0; label < count; label++) {
        had[label] = truth[i * count + label];
        given[label] = probabilities[i * count + label] >= 0.5;
      }
      figures.add(had, given);
    }
    return figures;
  }

  @Override
  public MetricReport report() {
    MultiLabelFigures decided = decided();
    Tally tally = tally(decided);
    Map<Metric, Double> figures = tally.figures();
    ranked(figures);
    return new MetricReport(
        kind(), size, figures, Interval.of(tally), decided.classes(labels), List.of());
  }

  @Override
  public Tally tally() {
    return tally(decided());
  }

  private Tally tally(MultiLabelFigures decided) {
    SortedMap<String, Double> sums = new TreeMap<>();
    sums.put(Tally.LOSS, loss());
    decided.tell(sums);
    return new Tally(kind(), size, sums, new TreeMap<>(Map.of(Tally.LABELS, decided.counts())));
  }

  /** The sum over all decisions of their clipped negative logarithms. */
  private double loss() {
    double sum = 0;
    for (int i = 0; i < truth.length; i++) {
      sum += Probabilities.logLoss(truth[i] ? probabilities[i] : 1 - probabilities[i]);
    }
    return sum;
  }

  private void ranked(Map<Metric, Double> figures) {
    int count = labels.size();
    double areas = 0;
    double precisions = 0;
    int defined = 0;
    for (int label = 0; label < count; label++) {
      int at = label;
      Ranking one =
          Ranking.of(size, i -> truth[i * count + at], i -> probabilities[i * count + at]);
      double area = one.rocAuc();
      areas += Double.isNaN(area) ? 0 : area;
      defined += Double.isNaN(area) ? 0 : 1;
      precisions += one.averagePrecision();
    }
    Ranking all = Ranking.of(truth.length, i -> truth[i], i -> probabilities[i]);
    figures.put(Metric.ROC_AUC, areas / defined);
    figures.put(Metric.PR_AUC, precisions / count);
    figures.put(Metric.ROC_AUC_MICRO, all.rocAuc());
    figures.put(Metric.PR_AUC_MICRO, all.averagePrecision());
  }
}
