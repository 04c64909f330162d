package io.tributary.aggregation.store;

/**
 * Sums of squares in one fixed order: eight lanes inside a granule of {@value #GRANULE} elements,
 * granules one after the other. So a norm is the same number wherever and however it is computed.
 */
public final class SquareSums {
  /** How many elements are summed by themselves before they join the total. */
  public static final int GRANULE = 4096;

  private SquareSums() {}

  /** The sum over one granule, or over the shorter rest at the end of a run. */
  public static double granule(double[] values, int from, int to) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = from;
    for (; i <= to - 8; i += 8) {
      s0 += values[i] * values[i];
      s1 += values[i + 1] * values[i + 1];
      s2 += values[i + 2] * values[i + 2];
      s3 += values[i + 3] * values[i + 3];
      s4 += values[i + 4] * values[i + 4];
      s5 += values[i + 5] * values[i + 5];
      s6 += values[i + 6] * values[i + 6];
      s7 += values[i + 7] * values[i + 7];
    }
    for (; i < to; i++) {
      s0 += values[i] * values[i];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }

  /** The sum of the products of two arrays, from index 0 on. */
  public static double product(double[] one, double[] other, int count) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i <= count - 4; i += 4) {
      s0 += one[i] * other[i];
      s1 += one[i + 1] * other[i + 1];
      s2 += one[i + 2] * other[i + 2];
      s3 += one[i + 3] * other[i + 3];
    }
    for (; i < count; i++) {
      s0 += one[i] * other[i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  /** The sum of the squared differences of two arrays, from index 0 on. */
  public static double difference(double[] one, double[] other, int count) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i <= count - 4; i += 4) {
      double d0 = one[i] - other[i];
      double d1 = one[i + 1] - other[i + 1];
      double d2 = one[i + 2] - other[i + 2];
      double d3 = one[i + 3] - other[i + 3];
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    for (; i < count; i++) {
      double d = one[i] - other[i];
      s0 += d * d;
    }
    return (s0 + s1) + (s2 + s3);
  }
}
