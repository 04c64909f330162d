package io.tributary.training.model;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Adds factor · B · A to a weight's values, transposed where the weight is stored (inputs,
 * outputs). Sums in float64, ranks in order.
 */
final class LowRankSum {
  /** In place of a rank where the product is there already. */
  private static final int WHOLE = -1;

  private final int rank;
  private final int width;

  /** One row for each row of the stored weight. */
  private final float[] left;

  /** One row for each rank, as wide as the stored weight. */
  private final float[] right;

  private LowRankSum(int rank, int width, float[] left, float[] right) {
    this.rank = rank;
    this.width = width;
    this.left = left;
    this.right = right;
  }

  /**
   * @param b outputs × rank
   * @param a rank × inputs
   */
  static LowRankSum of(Adapter adapter, int rank, float[] b, float[] a) {
    int outputs = Math.toIntExact(adapter.outputs());
    int inputs = Math.toIntExact(adapter.inputs());
    return adapter.inOut()
        ? new LowRankSum(rank, outputs, transposed(a, rank, inputs), transposed(b, outputs, rank))
        : new LowRankSum(rank, inputs, b, a);
  }

  /** Nothing that is added. */
  static LowRankSum none() {
    return new LowRankSum(0, 1, new float[0], new float[0]);
  }

  /**
   * A sum that is whole.
   *
   * @param values outputs × inputs
   */
  static LowRankSum whole(Adapter adapter, float[] values) {
    int outputs = Math.toIntExact(adapter.outputs());
    int inputs = Math.toIntExact(adapter.inputs());
    return adapter.inOut()
        ? new LowRankSum(WHOLE, outputs, new float[0], transposed(values, outputs, inputs))
        : new LowRankSum(WHOLE, inputs, new float[0], values);
  }

  private static float[] transposed(float[] values, int rows, int columns) {
    float[] turned = new float[values.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        turned[j * rows + i] = values[i * columns + j];
      }
    }
    return turned;
  }

  /**
   * Adds to float32 values.
   *
   * @param first element of the weight that lies at {@code start} of the buffer
   */
  void add(double factor, long first, ByteBuffer values, int start) {
    double[] sums = new double[width];
    long element = first;
    int at = start;
    while (at < values.position()) {
      int row = Math.toIntExact(element / width);
      int column = (int) (element % width);
      int count = Math.min(width - column, (values.position() - at) / Float.BYTES);
      Arrays.fill(sums, 0, count, 0);
      if (rank == WHOLE) {
        multiply(1, right, row * width + column, sums, count);
      }
      for (int r = 0; r < rank; r++) {
        multiply(left[row * rank + r], right, r * width + column, sums, count);
      }
      for (int i = 0; i < count; i++) {
        int place = at + i * Float.BYTES;
        values.putFloat(place, (float) (values.getFloat(place) + factor * sums[i]));
      }
      at += count * Float.BYTES;
      element += count;
    }
  }

  /** A loop of its own over plain arrays: the form that HotSpot turns into vector code. */
  private static void multiply(double factor, float[] from, int start, double[] sums, int count) {
    for (int i = 0; i < count; i++) {
      sums[i] += factor * from[start + i];
    }
  }
}
