package io.tributary.training.evaluate;

import io.tributary.aggregation.tally.LabelCounts;
import io.tributary.aggregation.tally.LabelFigures;
import io.tributary.aggregation.tally.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Figures of examples that may have any number of labels, from decided predictions; takes examples
 * one by one. As in scikit-learn with {@code zero_division=0}, an undefined share counts as 0.
 */
public final class MultiLabelFigures {
  private final long[] hits;
  private final long[] predicted;
  private final long[] support;
  private long examples;
  private long exact;
  private long wrong;
  private double precision;
  private double recall;
  private double f1;

  public MultiLabelFigures(int labels) {
    hits = new long[labels];
    predicted = new long[labels];
    support = new long[labels];
  }

  /** One example: for each label of the set whether it has it, and whether it was given it. */
  public void add(boolean[] truth, boolean[] prediction) {
    int hit = 0;
    int given = 0;
    int had = 0;
    int off = 0;
    for (int label = 0; label < hits.length; label++) {
      boolean both = truth[label] && prediction[label];
      hits[label] += both ? 1 : 0;
      predicted[label] += prediction[label] ? 1 : 0;
      support[label] += truth[label] ? 1 : 0;
      hit += both ? 1 : 0;
      given += prediction[label] ? 1 : 0;
      had += truth[label] ? 1 : 0;
      off += truth[label] == prediction[label] ? 0 : 1;
    }
    examples++;
    exact += off == 0 ? 1 : 0;
    wrong += off;
    LabelFigures one = new LabelCounts(hit, given, had).figures();
    precision += one.precision();
    recall += one.recall();
    f1 += one.f1();
  }

  public long examples() {
    return examples;
  }

  /** Examples whose labels were all right. */
  public long exact() {
    return exact;
  }

  /** Share of examples whose labels were all right. */
  public double subsetAccuracy() {
    return LabelCounts.share(exact, examples);
  }

  /** Share of wrong decisions among all. */
  public double hammingLoss() {
    return LabelCounts.share(wrong, examples * hits.length);
  }

  /** The mean over examples of each example's figures; one without any label counts as 0. */
  public LabelFigures samples() {
    return new LabelFigures(
        LabelCounts.share(precision, (double) examples),
        LabelCounts.share(recall, (double) examples),
        LabelCounts.share(f1, (double) examples));
  }

  public List<ClassReport> classes(List<String> labels) {
    return ClassReport.of(labels, counts());
  }

  /** The sums that the figures follow from, but for that of the losses. */
  void tell(Map<String, Double> sums) {
    sums.put(Tally.RIGHT, (double) exact);
    sums.put(Tally.WRONG, (double) wrong);
    sums.put(Tally.DECISIONS, (double) (examples * hits.length));
    sums.put(Tally.SAMPLES_F1, f1);
  }

  /** What the figures of each label follow from, in the order of the label set. */
  List<LabelCounts> counts() {
    List<LabelCounts> counts = new ArrayList<>();
    for (int label = 0; label < hits.length; label++) {
      counts.add(new LabelCounts(hits[label], predicted[label], support[label]));
    }
    return counts;
  }
}
