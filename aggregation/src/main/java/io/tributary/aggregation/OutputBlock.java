package io.tributary.aggregation;

import io.tributary.aggregation.store.Block;
import io.tributary.aggregation.store.SquareSums;
import io.tributary.aggregation.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * One block of values and the bytes that they become in a file; reused. Float32 is rounded once,
 * here. Belongs to one slot, so to one thread at a time.
 */
final class OutputBlock {
  private static final int ALL_FINITE = -1;

  /** A sum of squares below it has no value that does not fit a float32; NaN is not below it. */
  private static final double SAFE_SQUARES = 1e76;

  // short, so that it stays in the first-level cache
  private static final int PIECE = SquareSums.GRANULE;

  private final double[] values;
  private final float[] floats = new float[PIECE];
  private final ByteBuffer bytes;
  private int firstBad = ALL_FINITE;

  /** For blocks of at most this many elements. */
  OutputBlock(int elements) {
    values = new double[elements];
    bytes =
        ByteBuffer.allocate(Math.multiplyExact(elements, Double.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The values, from index 0 on; to be filled before {@link #encode}. */
  double[] values() {
    return values;
  }

  /** Makes bytes of the values, in the block's type. */
  void encode(Block block) {
    bytes.clear().limit(block.count() * block.dtype().bytes());
    if (block.dtype() == DType.F64) {
      bytes.asDoubleBuffer().put(values, 0, block.count());
      firstBad = firstNotFinite(values, block.count());
    } else {
      firstBad = round(block.count());
    }
  }

  /** Makes bytes of whole numbers, which are never cast. */
  void encode(long[] counters) {
    bytes.clear().limit(counters.length * Long.BYTES);
    bytes.asLongBuffer().put(counters);
    firstBad = ALL_FINITE;
  }

  /** Makes float32 of the values, piece by piece; says where the first is not finite. */
  private int round(int count) {
    FloatBuffer into = bytes.asFloatBuffer();
    int bad = ALL_FINITE;
    for (int done = 0; done < count; done += PIECE) {
      int part = Math.min(PIECE, count - done);
      round(values, done, floats, part);
      into.put(floats, 0, part);
      if (bad == ALL_FINITE && !(SquareSums.granule(values, done, done + part) < SAFE_SQUARES)) {
        int badHere = firstNotFinite(floats, part);
        bad = badHere == ALL_FINITE ? ALL_FINITE : done + badHere;
      }
    }
    return bad;
  }

  /** The block's bytes; a fresh view, good until the next block. */
  ByteBuffer bytes() {
    return bytes.duplicate();
  }

  boolean isFinite() {
    return firstBad == ALL_FINITE;
  }

  /** The first element that is not finite, counted inside the block. */
  int firstNotFinite() {
    return firstBad;
  }

  /** The value as it would be written: what does not fit a float32 is infinite. */
  double value(Block block, int element) {
    return block.dtype() == DType.F64 ? values[element] : (float) values[element];
  }

  /* Loops of their own over plain arrays: the form that HotSpot unrolls. */

  private static void round(double[] from, int start, float[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = (float) from[start + i];
    }
  }

  private static int firstNotFinite(float[] values, int count) {
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(values[i])) {
        return i;
      }
    }
    return ALL_FINITE;
  }

  private static int firstNotFinite(double[] values, int count) {
    for (int i = 0; i < count; i++) {
      if (!Double.isFinite(values[i])) {
        return i;
      }
    }
    return ALL_FINITE;
  }
}
