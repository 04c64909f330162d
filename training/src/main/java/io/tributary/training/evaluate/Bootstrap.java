package io.tributary.training.evaluate;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * The percentile interval of the bootstrap (Efron, Ann. Stat. 7, 1979): the figure of many samples
 * drawn with replacement, and the quantiles of those figures.
 *
 * @param resamples how many samples are drawn, 1 or more
 * @param level the confidence, above 0 and below 1
 */
public record Bootstrap(int resamples, double level) {
  /** Purpose of the random stream that callers take samples from. */
  public static final String PURPOSE = "bootstrap";

  public Bootstrap {
    if (resamples < 1 || !(level > 0 && level < 1)) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "bootstrap",
          resamples + " resamples at level " + level,
          "1 or more, above 0 and below 1",
          "Correct them.");
    }
  }

  /** 1,000 resamples, 95 %. */
  public static Bootstrap usual() {
    return new Bootstrap(1000, 0.95);
  }

  /**
   * The intervals of some figures of {@code examples} examples, all from the same samples. Samples
   * without a figure (a ranking of one class) are left out of its interval; where half of them or
   * more are, both ends are NaN.
   *
   * @param count how many figures
   * @param figures of the examples at the given positions, in their order
   */
  public List<Interval> of(
      int examples, int count, Function<int[], double[]> figures, RandomGenerator random) {
    double[][] values = new double[count][examples == 0 ? 0 : resamples];
    int[] sample = new int[examples];
    for (int i = 0; examples > 0 && i < resamples; i++) {
      for (int k = 0; k < examples; k++) {
        sample[k] = random.nextInt(examples);
      }
      double[] drawn = figures.apply(sample);
      for (int figure = 0; figure < count; figure++) {
        values[figure][i] = drawn[figure];
      }
    }
    return Arrays.stream(values).map(this::interval).toList();
  }

  private Interval interval(double[] values) {
    double[] sorted = Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
    if (2 * sorted.length <= resamples) {
      return new Interval(Double.NaN, Double.NaN);
    }
    Arrays.sort(sorted);
    return new Interval(quantile(sorted, (1 - level) / 2), quantile(sorted, 1 - (1 - level) / 2));
  }

  /** Linear between neighbours, NumPy's default (type 7 of Hyndman and Fan, 1996). */
  static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int low = (int) Math.floor(at);
    int high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
  }
}
