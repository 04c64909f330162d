package io.tributary.training.evaluate;

import java.util.ArrayList;
import java.util.List;

/**
 * How often each label was predicted as each label; the figures follow from it. As in scikit-learn,
 * a share whose denominator is 0 counts as 0; means are over the whole label set, labels that never
 * occur included.
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
    return share(hits(), examples);
  }

  public double macroF1() {
    double sum = 0;
    for (int label = 0; label < counts.length; label++) {
      sum += f1(label);
    }
    return sum / counts.length;
  }

  public double precision(int label) {
    return share(counts[label][label], predicted(label));
  }

  public double recall(int label) {
    return share(counts[label][label], support(label));
  }

  /** 2 tp / (2 tp + fp + fn). */
  public double f1(int label) {
    return share(2 * counts[label][label], predicted(label) + support(label));
  }

  public long support(int label) {
    long sum = 0;
    for (long count : counts[label]) {
      sum += count;
    }
    return sum;
  }

  private long predicted(int label) {
    long sum = 0;
    for (long[] row : counts) {
      sum += row[label];
    }
    return sum;
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  /** A row for each label, in the order of the label set. */
  public List<ClassReport> classes(List<String> labels) {
    List<ClassReport> classes = new ArrayList<>();
    for (int label = 0; label < counts.length; label++) {
      classes.add(
          new ClassReport(
              labels.get(label), precision(label), recall(label), f1(label), support(label)));
    }
    return classes;
  }
}
