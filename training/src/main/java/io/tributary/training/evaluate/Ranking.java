package io.tributary.training.evaluate;

import io.tributary.aggregation.tally.LabelCounts;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;

/**
 * How well scores put the examples that have a label before those that have not. Equal scores form
 * one threshold, as in scikit-learn. Both figures are NaN where a score is.
 *
 * @see #rocAuc
 * @see #averagePrecision
 */
public final class Ranking {
  private final double[] positives;
  private final double[] negatives;

  private Ranking(double[] positives, double[] negatives) {
    this.positives = positives;
    this.negatives = negatives;
  }

  /** Ranks examples 0 to {@code examples - 1}. */
  public static Ranking of(int examples, IntPredicate positive, IntToDoubleFunction score) {
    double[] positives = new double[examples];
    double[] negatives = new double[examples];
    int count = 0;
    for (int i = 0; i < examples; i++) {
      if (positive.test(i)) {
        positives[count++] = score.applyAsDouble(i);
      } else {
        negatives[i - count] = score.applyAsDouble(i);
      }
    }
    return new Ranking(
        sorted(Arrays.copyOf(positives, count)),
        sorted(Arrays.copyOf(negatives, examples - count)));
  }

  /**
   * The area under the receiver operating characteristic: the odds that an example with the label
   * has a greater score than one without, equal scores counting one half (Mann and Whitney). NaN
   * where all examples have the label or none has, as in scikit-learn from 1.6.
   */
  public double rocAuc() {
    if (positives.length == 0 || negatives.length == 0 || anyNaN()) {
      return Double.NaN;
    }
    double won = 0;
    int below = 0;
    int through = 0;
    for (double score : positives) {
      while (below < negatives.length && negatives[below] < score) {
        below++;
      }
      through = Math.max(through, below);
      while (through < negatives.length && negatives[through] <= score) {
        through++;
      }
      won += below + (through - below) / 2.0;
    }
    return won / positives.length / negatives.length;
  }

  /**
   * The area under precision and recall as a step sum, {@code Σ (R_n - R_(n-1)) P_n} over falling
   * thresholds; no interpolation. 0 where no example has the label, as in scikit-learn.
   */
  public double averagePrecision() {
    if (anyNaN()) {
      return Double.NaN;
    }
    double sum = 0;
    int positive = positives.length;
    int negative = negatives.length;
    while (positive > 0) {
      double threshold = positives[positive - 1];
      int before = positive;
      while (positive > 0 && positives[positive - 1] >= threshold) {
        positive--;
      }
      while (negative > 0 && negatives[negative - 1] >= threshold) {
        negative--;
      }
      double found = positives.length - positive;
      sum += (before - positive) * (found / (found + negatives.length - negative));
    }
    return LabelCounts.share(sum, positives.length);
  }

  /** NaN sorts behind all numbers. */
  private boolean anyNaN() {
    return endsWithNaN(positives) || endsWithNaN(negatives);
  }

  private static boolean endsWithNaN(double[] sorted) {
    return sorted.length > 0 && Double.isNaN(sorted[sorted.length - 1]);
  }

  private static double[] sorted(double[] scores) {
    Arrays.sort(scores);
    return scores;
  }
}
