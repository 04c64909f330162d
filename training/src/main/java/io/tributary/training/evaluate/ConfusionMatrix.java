package io.tributary.training.evaluate;

import io.tributary.aggregation.tally.LabelCounts;
import io.tributary.aggregation.tally.LabelFigures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How often each label was predicted as each label; the figures follow from it. Takes examples one
 * by one and grows with the number of labels only.
 *
 * <p>As in scikit-learn with {@code zero_division=0} and {@code labels} given, a share whose
 * denominator is 0 counts as 0, and means run over the whole label set, labels that never occur
 * included.
 */
public final class ConfusionMatrix {
  private final long[][] counts;
  private long examples;

  public ConfusionMatrix(int labels) {
    counts = new long[labels][labels];
  }

  public void add(int label, int predicted) {
    counts[label][predicted]++;
    examples++;
  }

  /** How often examples of one label were given another. */
  public long count(int label, int predicted) {
    return counts[label][predicted];
  }

  public long examples() {
    return examples;
  }

  public long hits() {
    long hits = 0;
    for (int label = 0; label < counts.length; label++) {
      hits += counts[label][label];
    }
    return hits;
  }

  public double accuracy() {
    return LabelCounts.share(hits(), examples);
  }

  public double macroF1() {
    return macro().f1();
  }

  /** Each label's figures count alike. */
  public LabelFigures macro() {
    return LabelCounts.macro(labels());
  }

  /** 2 tp / (2 tp + fp + fn). */
  public double f1(int label) {
    return counts(label).figures().f1();
  }

  public long support(int label) {
    long sum = 0;
    for (long count : counts[label]) {
      sum += count;
    }
    return sum;
  }

  /** As {@link LabelCounts#matthews}. */
  public double matthews() {
    return LabelCounts.matthews(labels());
  }

  private long predicted(int label) {
    long sum = 0;
    for (long[] row : counts) {
      sum += row[label];
    }
    return sum;
  }

  private LabelCounts counts(int label) {
    return new LabelCounts(counts[label][label], predicted(label), support(label));
  }

  /** What the figures of each label follow from, in the order of the label set. */
  List<LabelCounts> labels() {
    List<LabelCounts> all = new ArrayList<>();
    for (int label = 0; label < counts.length; label++) {
      all.add(counts(label));
    }
    return all;
  }

  /** A row for each true label, in the order of the label set. */
  public List<List<Long>> rows() {
    List<List<Long>> rows = new ArrayList<>();
    for (long[] row : counts) {
      rows.add(Arrays.stream(row).boxed().toList());
    }
    return rows;
  }

  /** The figures of each label, in the order of the label set. */
  public List<ClassReport> classes(List<String> labels) {
    return ClassReport.of(labels, labels());
  }
}
