package io.tributary.training.data.parquet;

import java.nio.ByteBuffer;

/** Whole numbers as differences packed by bits (Parquet format, "Delta Encoding"). */
final class DeltaReader {
  private static final int LARGEST_BLOCK = 1 << 20;

  private final ByteBuffer in;
  private final int perBlock;
  private final int perMini;
  private final byte[] widths;
  private final int total;
  private int given;
  private long last;
  private long least;
  private int inBlock;
  private long bits;
  private int bitCount;

  DeltaReader(ByteBuffer in) {
    this.in = in;
    long block = ThriftStruct.varint(in);
    long minis = ThriftStruct.varint(in);
    long count = ThriftStruct.varint(in);
    if (block <= 0
        || block > LARGEST_BLOCK
        || minis <= 0
        || block % minis != 0
        || block / minis % Byte.SIZE != 0
        || count < 0
        || count > Integer.MAX_VALUE) {
      throw new MalformedParquet("a delta block of " + block + " in " + minis, "a multiple of 8");
    }
    perBlock = (int) block;
    perMini = (int) (block / minis);
    widths = new byte[(int) minis];
    total = (int) count;
    last = ThriftStruct.zigzagVarint(in);
  }

  int total() {
    return total;
  }

  /** The next number; behind the last one the buffer stands behind the block. */
  long next() {
    if (given == total) {
      throw MalformedParquet.cutOff("a page");
    }
    if (given > 0) {
      last += delta();
    }
    given++;
    if (given == total) {
      skipPadding();
    }
    return last;
  }

  private long delta() {
    if (inBlock == 0) {
      least = ThriftStruct.zigzagVarint(in);
      in.get(widths);
    }
    int mini = inBlock / perMini;
    int width = widths[mini] & 0xff;
    if (width > Long.SIZE) {
      throw new MalformedParquet("differences of " + width + " bits", "at most 64");
    }
    if (inBlock % perMini == 0) {
      bits = 0;
      bitCount = 0;
    }
    long packed = unpack(width);
    inBlock = (inBlock + 1) % perBlock;
    return least + packed;
  }

  private long unpack(int width) {
    long value = 0;
    int got = 0;
    while (got < width) {
      if (bitCount == 0) {
        bits = in.get() & 0xff;
        bitCount = Byte.SIZE;
      }
      int take = Math.min(bitCount, width - got);
      value |= (bits & (1L << take) - 1) << got;
      bits >>>= take;
      bitCount -= take;
      got += take;
    }
    return value;
  }

  /** The last miniblock is whole, whatever it holds. */
  private void skipPadding() {
    int used = inBlock % perMini;
    if (used > 0) {
      int width = widths[inBlock / perMini] & 0xff;
      int left = (perMini - used) * width - bitCount;
      in.position(in.position() + Math.min(in.remaining(), Math.max(0, left) / Byte.SIZE));
    }
  }
}
