package io.tributary.aggregation.store;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Adds one block of several files, each times a factor, to float64 sums: values are widened as they
 * are added, and never stored as float64. Every product and every sum is rounded by itself and in
 * the order of the files. Buffers are made once; for one thread at a time.
 */
public final class ScaledSums {
  // short, so that it stays in the first-level cache
  private static final int PIECE = 4 << 10;

  private final ByteBuffer bytes;
  private final float[] floats = new float[PIECE];
  private final double[] doubles = new double[PIECE];

  /** For blocks of at most this many elements. */
  public ScaledSums(int elements) {
    bytes =
        ByteBuffer.allocateDirect(Math.multiplyExact(elements, Double.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
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
    for (int file = 0; file < factors.length; file++) {
      if (factors[file] != 0) {
        bytes.clear().limit(block.count() * block.dtype().bytes());
        files.get(file).read(dataStart + block.dataOffset(), bytes);
        bytes.flip();
        addBlock(block, factors[file], sums);
      }
    }
  }

  private void addBlock(Block block, double factor, double[] sums) {
    FloatBuffer asFloats = bytes.asFloatBuffer();
    DoubleBuffer asDoubles = bytes.asDoubleBuffer();
    for (int done = 0; done < block.count(); done += PIECE) {
      int part = Math.min(PIECE, block.count() - done);
      if (block.dtype() == DType.F64) {
        asDoubles.get(doubles, 0, part);
        addOne(doubles, factor, sums, done, part);
      } else {
        asFloats.get(floats, 0, part);
        addOne(floats, factor, sums, done, part);
      }
    }
  }

  /* Loops of their own over plain arrays: the form that HotSpot unrolls. JDK 17 widens float32 one
   * by one, in no vector code; docs/decisions/0010 has the figures of what was tried. */

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
