package io.tributary.training.data.parquet;

import java.nio.ByteBuffer;

/**
 * Small whole numbers as runs of equal ones and as groups of eight packed by bits (Parquet format,
 * "Run Length Encoding / Bit-Packing Hybrid"): levels, and places in a dictionary.
 */
final class HybridReader {
  private static final int WIDEST = 32;

  private final ByteBuffer in;
  private final int width;
  private long run;
  private int repeated;
  private long packed;
  private long bits;
  private int bitCount;

  /**
   * Reads to the end of a buffer.
   *
   * @param width bits of a number, 0 to 32
   */
  HybridReader(ByteBuffer in, int width) {
    if (width < 0 || width > WIDEST) {
      throw new MalformedParquet("numbers of " + width + " bits", "0 to " + WIDEST);
    }
    this.in = in;
    this.width = width;
  }

  int next() {
    if (run == 0 && packed == 0) {
      begin();
    }
    if (run > 0) {
      run--;
      return repeated;
    }
    packed--;
    while (bitCount < width) {
      bits |= (long) (in.get() & 0xff) << bitCount;
      bitCount += Byte.SIZE;
    }
    int value = (int) (bits & (1L << width) - 1);
    bits >>>= width;
    bitCount -= width;
    return value;
  }

  private void begin() {
    if (width == 0 && !in.hasRemaining()) {
      run = Long.MAX_VALUE;
      return;
    }
    long header = ThriftStruct.varint(in);
    bits = 0;
    bitCount = 0;
    if ((header & 1) == 1) {
      packed = (header >>> 1) * Byte.SIZE;
    } else {
      run = header >>> 1;
      repeated = 0;
      for (int shift = 0; shift < width; shift += Byte.SIZE) {
        repeated |= (in.get() & 0xff) << shift;
      }
    }
    if (run == 0 && packed == 0) {
      throw new MalformedParquet("a run of no numbers", "one or more");
    }
  }

  /** Bits that a level needs. */
  static int bits(int largest) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(largest);
  }
}
