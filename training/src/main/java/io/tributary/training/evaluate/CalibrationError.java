package io.tributary.training.evaluate;

import io.tributary.aggregation.tally.LabelCounts;
import io.tributary.aggregation.tally.Tally;
import java.util.Locale;
import java.util.Map;

/**
 * The expected calibration error (Naeini et al., AAAI 2015; Guo et al., ICML 2017): confidences of
 * the predicted labels in equal bins {@code (low, high]}, the mean distance between a bin's
 * accuracy and its mean confidence, weighted by the bin's examples. Takes examples one by one; from
 * 0 to 1, 0 without examples. A confidence that is not a number makes the figure NaN.
 */
public final class CalibrationError {
  /** The usual number of bins. */
  public static final int BINS = 15;

  private final double[] edges;
  private final double[] confidences;
  private final long[] hits;
  private long examples;
  private boolean undefined;

  public CalibrationError(int bins) {
    // Edges as numpy.linspace gives them, so that confidences on an edge fall where they fall
    // there.
    double step = 1.0 / bins;
    edges = new double[bins];
    for (int bin = 0; bin < bins; bin++) {
      edges[bin] = bin == bins - 1 ? 1 : (bin + 1) * step;
    }
    confidences = new double[bins];
    hits = new long[bins];
  }

  /**
   * Takes one example.
   *
   * @param confidence the probability of the predicted label
   */
  public void add(double confidence, boolean hit) {
    examples++;
    if (Double.isNaN(confidence)) {
      undefined = true;
      return;
    }
    int bin = 0;
    while (bin < edges.length - 1 && confidence > edges[bin]) {
      bin++;
    }
    confidences[bin] += confidence;
    hits[bin] += hit ? 1 : 0;
  }

  /** Hits and confidences of each bin; nothing where a confidence was not a number. */
  void tell(Map<String, Double> sums) {
    for (int bin = 0; bin < hits.length && !undefined; bin++) {
      String name = String.format(Locale.ROOT, "%02d", bin);
      sums.put(Tally.BIN_HITS + name, (double) hits[bin]);
      sums.put(Tally.BIN_CONFIDENCE + name, confidences[bin]);
    }
  }

  public double value() {
    double sum = 0;
    for (int bin = 0; bin < hits.length; bin++) {
      sum += Math.abs(hits[bin] - confidences[bin]);
    }
    return undefined ? Double.NaN : LabelCounts.share(sum, (double) examples);
  }
}
