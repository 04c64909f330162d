package io.tributary.training.evaluate;

import io.tributary.federation.plan.Metric;
import java.util.Map;

/** The figures that follow from a confusion matrix alone. */
final class MatrixFigures {
  private MatrixFigures() {}

  static void put(Map<Metric, Double> figures, ConfusionMatrix matrix) {
    figures.put(Metric.ACCURACY, matrix.accuracy());
    LabelFigures macro = matrix.macro();
    figures.put(Metric.MACRO_F1, macro.f1());
    figures.put(Metric.MACRO_PRECISION, macro.precision());
    figures.put(Metric.MACRO_RECALL, macro.recall());
    figures.put(Metric.MICRO_F1, matrix.micro().f1());
    LabelFigures weighted = matrix.weighted();
    figures.put(Metric.WEIGHTED_F1, weighted.f1());
    figures.put(Metric.WEIGHTED_PRECISION, weighted.precision());
    figures.put(Metric.WEIGHTED_RECALL, weighted.recall());
    figures.put(Metric.MCC, matrix.matthews());
  }
}
