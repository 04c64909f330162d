package io.tributary.aggregation.store;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Adds one block of several files, each times a factor, to float64 sums. Files are taken four at a
 * time, so that a sum is loaded and stored once for four of them; every product and every sum is
 * rounded to float64 by itself and in the order of the files, so the result is that of the plain
 * loop. Buffers are made once; for one thread at a time.
 */
public final class ScaledSums {
  private static final int LANES = 4;

  // four pieces of float32 and one of sums fit the first-level cache
  private static final int PIECE = 1 << 10;

  private final int elements;
  private final ByteBuffer[] bytes = new ByteBuffer[LANES];
  private final float[][] floats = new float[LANES][PIECE];
  private final double[] doubles = new double[PIECE];

  /** For blocks of at most this many elements. */
  public ScaledSums(int elements) {
    this.elements = elements;
  }

  /**
   * Adds to the sums from index 0 on.
   *
   * @param files canonical files of one layout; a file whose factor is 0 is not read
   * @param factors one a file
   * @param dataStart where the files' data starts, in bytes
   */
  public void add(
      List<ByteSource> files, double[] factors, long dataStart, Block block, double[] sums)
      throws IOException {
    double[] taken = new double[LANES];
    int lanes = 0;
    for (int file = 0; file < factors.length; file++) {
      if (factors[file] != 0) {
        fill(lanes, files.get(file), dataStart, block);
        taken[lanes++] = factors[file];
      }
      if (lanes == LANES || (lanes > 0 && file == factors.length - 1)) {
        addLanes(lanes, taken, block, sums);
        lanes = 0;
      }
    }
  }

  private void fill(int lane, ByteSource file, long dataStart, Block block) throws IOException {
    int most = Math.multiplyExact(elements, block.dtype().bytes());
    if (bytes[lane] == null || bytes[lane].capacity() < most) {
      // once, or twice where float64 follows float32
      bytes[lane] = ByteBuffer.allocateDirect(most).order(ByteOrder.LITTLE_ENDIAN);
    }
    bytes[lane].clear().limit(block.count() * block.dtype().bytes());
    file.read(dataStart + block.dataOffset(), bytes[lane]);
    bytes[lane].flip();
  }

  private void addLanes(int lanes, double[] factors, Block block, double[] sums) {
    for (int done = 0; done < block.count(); done += PIECE) {
      int part = Math.min(PIECE, block.count() - done);
      if (block.dtype() == DType.F64) {
        addDoubles(lanes, factors, sums, done, part);
      } else {
        addFloats(lanes, factors, sums, done, part);
      }
    }
  }

  private void addDoubles(int lanes, double[] factors, double[] sums, int from, int count) {
    for (int lane = 0; lane < lanes; lane++) {
      bytes[lane].asDoubleBuffer().get(from, doubles, 0, count);
      addOne(doubles, factors[lane], sums, from, count);
    }
  }

  private void addFloats(int lanes, double[] factors, double[] sums, int from, int count) {
    for (int lane = 0; lane < lanes; lane++) {
      bytes[lane].asFloatBuffer().get(from, floats[lane], 0, count);
    }
    if (lanes == LANES) {
      addFour(floats, factors, sums, from, count);
    } else {
      for (int lane = 0; lane < lanes; lane++) {
        addOne(floats[lane], factors[lane], sums, from, count);
      }
    }
  }

  /* Loops of their own over plain arrays: the form that HotSpot unrolls. JDK 17 widens float32 one
   * by one, in no vector code; docs/decisions/0010 has the figures of what was tried. */

  private static void addFour(
      float[][] lanes, double[] factors, double[] sums, int from, int count) {
    float[] a = lanes[0];
    float[] b = lanes[1];
    float[] c = lanes[2];
    float[] d = lanes[3];
    double fa = factors[0];
    double fb = factors[1];
    double fc = factors[2];
    double fd = factors[3];
    for (int i = 0; i < count; i++) {
      sums[from + i] = (((sums[from + i] + fa * a[i]) + fb * b[i]) + fc * c[i]) + fd * d[i];
    }
  }

  private static void addOne(float[] values, double factor, double[] sums, int from, int count) {
    for (int i = 0; i < count; i++) {
      sums[from + i] += factor * values[i];
    }
  }

  /** Adds values that are in memory, each times the factor, to the sums from an index on. */
  public static void addOne(double[] values, double factor, double[] sums, int from, int count) {
    for (int i = 0; i < count; i++) {
      sums[from + i] += factor * values[i];
    }
  }
}
