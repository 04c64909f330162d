package io.tributary.training.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What precision, recall and F1 of one label follow from.
 *
 * @param hits examples that have the label and were given it
 * @param predicted examples that were given it
 * @param support examples that have it
 */
record LabelCounts(long hits, long predicted, long support) {
  /** A part of a whole; 0 where the whole is 0, as scikit-learn's {@code zero_division=0}. */
  static double share(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }

  /** {@link #share(double, double)} of counts, which float64 holds exactly below 2^53. */
  static double share(long part, long whole) {
    return share((double) part, (double) whole);
  }

  LabelFigures figures() {
    return new LabelFigures(
        share(hits, predicted), share(hits, support), share(2 * hits, predicted + support));
  }

  LabelCounts plus(LabelCounts other) {
    return new LabelCounts(hits + other.hits, predicted + other.predicted, support + other.support);
  }

  static LabelFigures macro(List<LabelCounts> labels) {
    return mean(labels, label -> 1);
  }

  static LabelFigures micro(List<LabelCounts> labels) {
    return labels.stream().reduce(new LabelCounts(0, 0, 0), LabelCounts::plus).figures();
  }

  static LabelFigures weighted(List<LabelCounts> labels) {
    return mean(labels, LabelCounts::support);
  }

  private static LabelFigures mean(List<LabelCounts> labels, ToDoubleFunction<LabelCounts> weight) {
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    double weights = 0;
    for (LabelCounts label : labels) {
      double share = weight.applyAsDouble(label);
      LabelFigures figures = label.figures();
      precision += share * figures.precision();
      recall += share * figures.recall();
      f1 += share * figures.f1();
      weights += share;
    }
    return new LabelFigures(share(precision, weights), share(recall, weights), share(f1, weights));
  }

  static List<ClassReport> classes(List<String> names, List<LabelCounts> labels) {
    List<ClassReport> classes = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      LabelFigures figures = labels.get(i).figures();
      classes.add(
          new ClassReport(
              names.get(i),
              figures.precision(),
              figures.recall(),
              figures.f1(),
              labels.get(i).support()));
    }
    return classes;
  }
}
