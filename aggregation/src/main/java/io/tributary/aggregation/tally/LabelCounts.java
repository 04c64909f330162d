package io.tributary.aggregation.tally;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What precision, recall and F1 of one label follow from.
 *
 * <p>As in scikit-learn with {@code zero_division=0} and {@code labels} given, a share whose
 * denominator is 0 counts as 0, and means run over all labels given, those that never occur
 * included.
 *
 * @param hits examples that have the label and were given it
 * @param predicted examples that were given it
 * @param support examples that have it
 */
public record LabelCounts(long hits, long predicted, long support) {
  static final LabelCounts NONE = new LabelCounts(0, 0, 0);

  /** A part of a whole; 0 where the whole is 0. */
  public static double share(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }

  /** {@link #share(double, double)} of counts, which float64 holds exactly below 2^53. */
  public static double share(long part, long whole) {
    return share((double) part, (double) whole);
  }

  public LabelFigures figures() {
    return new LabelFigures(
        share(hits, predicted), share(hits, support), share(2 * hits, predicted + support));
  }

  public LabelCounts plus(LabelCounts other) {
    return new LabelCounts(hits + other.hits, predicted + other.predicted, support + other.support);
  }

  /** Whether so many examples can have these counts. */
  boolean possible(long examples) {
    boolean ordered = hits >= 0 && hits <= predicted && hits <= support;
    return ordered && predicted <= examples && support <= examples;
  }

  /** Whether the label was neither given nor should have been. */
  boolean absent() {
    return predicted + support == 0;
  }

  /** All labels together. */
  public static LabelCounts sum(List<LabelCounts> labels) {
    return labels.stream().reduce(NONE, LabelCounts::plus);
  }

  /** Each label's figures count alike. */
  public static LabelFigures macro(List<LabelCounts> labels) {
    return mean(labels, label -> 1);
  }

  /** The figures of all labels together. */
  public static LabelFigures micro(List<LabelCounts> labels) {
    return sum(labels).figures();
  }

  /** Each label's figures count by its support. */
  public static LabelFigures weighted(List<LabelCounts> labels) {
    return mean(labels, LabelCounts::support);
  }

  /**
   * Matthews' correlation of labels and predictions, for any number of labels of which each example
   * has one (Gorodkin, Comput. Biol. Chem. 28, 2004), from -1 to 1; 0 where all labels or all
   * predictions are the same.
   */
  public static double matthews(List<LabelCounts> labels) {
    double agreed = 0;
    double predictedSquares = 0;
    double supportSquares = 0;
    for (LabelCounts label : labels) {
      double predicted = label.predicted;
      double support = label.support;
      agreed += predicted * support;
      predictedSquares += predicted * predicted;
      supportSquares += support * support;
    }
    LabelCounts sum = sum(labels);
    double all = (double) sum.support * sum.support;
    double spread = Math.sqrt(all - predictedSquares) * Math.sqrt(all - supportSquares);
    return spread == 0 ? 0 : ((double) sum.hits * sum.support - agreed) / spread;
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
}
