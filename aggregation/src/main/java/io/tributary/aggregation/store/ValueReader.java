package io.tributary.aggregation.store;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * Reads blocks of values as float64 through buffers that are made once; for one thread at a time.
 */
public final class ValueReader {
  private final ByteBuffer bytes;
  // short, so that it stays in the first-level cache
  private final float[] floats;

  private ValueReader(ByteBuffer bytes) {
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    floats = new float[Math.max(1, Math.min(SquareSums.GRANULE, bytes.capacity() / Double.BYTES))];
  }

  /** For long passes: off-heap, so that file bytes are copied once less. */
  public static ValueReader direct(int elements) {
    return new ValueReader(ByteBuffer.allocateDirect(Math.multiplyExact(elements, Double.BYTES)));
  }

  /** For short passes: on the heap, so that nothing waits for a cleaner. */
  public static ValueReader onHeap(int elements) {
    return new ValueReader(ByteBuffer.allocate(Math.multiplyExact(elements, Double.BYTES)));
  }

  /**
   * Reads one block of a canonical file.
   *
   * @param dataStart where the file's data starts, in bytes
   * @param into takes the values from index 0 on; whole numbers beyond 2^53 rounded
   */
  public void read(ByteSource source, long dataStart, Block block, double[] into)
      throws IOException {
    bytes.clear().limit(block.count() * block.dtype().bytes());
    source.read(dataStart + block.dataOffset(), bytes);
    bytes.flip();
    if (block.dtype() == DType.I64) {
      LongBuffer from = bytes.asLongBuffer();
      for (int i = 0; i < block.count(); i++) {
        into[i] = from.get(i);
      }
    } else if (block.dtype() == DType.F64) {
      bytes.asDoubleBuffer().get(into, 0, block.count());
    } else {
      readFloats(bytes.asFloatBuffer(), block.count(), into);
    }
  }

  private void readFloats(FloatBuffer from, int count, double[] into) {
    for (int done = 0; done < count; done += floats.length) {
      int part = Math.min(floats.length, count - done);
      from.get(floats, 0, part);
      widen(floats, into, done, part);
    }
  }

  /** A loop of its own over plain arrays: the form that HotSpot turns into vector code. */
  private static void widen(float[] from, double[] into, int offset, int count) {
    for (int i = 0; i < count; i++) {
      into[offset + i] = from[i];
    }
  }
}
