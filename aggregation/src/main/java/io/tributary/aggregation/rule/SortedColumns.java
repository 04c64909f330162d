package io.tributary.aggregation.rule;

import java.io.IOException;
import java.util.Arrays;

/** Makes each column's step of its values in ascending order. */
final class SortedColumns implements Combine {
  /** What becomes of one column. */
  interface Summary {
    /** The column's step, of its values in ascending order, which are to be read only. */
    double of(double[] ascending);
  }

  private final int[] updates;
  private final Summary summary;

  /**
   * @param updates whose values count, at least one
   */
  SortedColumns(int[] updates, Summary summary) {
    this.updates = updates.clone();
    this.summary = summary;
  }

  @Override
  public void combine(Columns columns, double[] step) throws IOException {
    double[][] rows = new double[updates.length][];
    for (int k = 0; k < rows.length; k++) {
      rows[k] = columns.row(updates[k]);
    }
    double[] column = new double[rows.length];
    for (int i = 0; i < columns.count(); i++) {
      for (int k = 0; k < column.length; k++) {
        column[k] = rows[k][i];
      }
      Arrays.sort(column);
      step[i] = summary.of(column);
    }
  }

  /** The middle of ascending values; of an even number the mean of the two in the middle. */
  static double median(double[] ascending) {
    int middle = ascending.length / 2;
    return ascending.length % 2 == 1
        ? ascending[middle]
        : (ascending[middle - 1] + ascending[middle]) / 2;
  }

  /** The mean of a run of ascending values, summed in order. */
  static double mean(double[] ascending, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += ascending[i];
    }
    return sum / (to - from);
  }
}
