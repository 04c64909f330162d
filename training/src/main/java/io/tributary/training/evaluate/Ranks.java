package io.tributary.training.evaluate;

import java.util.Arrays;

/** Ranks of numbers. */
final class Ranks {
  private Ranks() {}

  /**
   * The rank of each value, from 1; equal values share the mean of their ranks, as SciPy's {@code
   * rankdata} has it. All ranks are NaN where a value is.
   */
  static double[] of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double[] ranks = new double[values.length];
    boolean undefined = sorted.length > 0 && Double.isNaN(sorted[sorted.length - 1]);
    for (int i = 0; i < values.length; i++) {
      ranks[i] =
          undefined
              ? Double.NaN
              : (below(sorted, values[i]) + through(sorted, values[i]) + 1) / 2.0;
    }
    return ranks;
  }

  private static int below(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static int through(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] <= value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
