package io.tributary.aggregation.codec;

/**
 * The form of a block: a factor as float32, then whole numbers in a byte each, or two in one: the
 * first in the lower half, plus 8.
 *
 * @param block values that share a factor, even
 * @param levels the largest whole number
 * @param packed whether two share a byte
 */
record BlockForm(int block, int levels, boolean packed) {
  private static final int OFFSET = 8;

  static BlockForm bytes(int block) {
    return new BlockForm(block, 127, false);
  }

  static BlockForm nibbles(int block) {
    return new BlockForm(block, 7, true);
  }

  /** Bytes of a block, or of the shorter one at the end of a tensor. */
  int bytesOf(int length) {
    return Float.BYTES + (packed ? (length + 1) / 2 : length);
  }

  /** Bytes of a tensor. */
  long bytesOfTensor(long elements) {
    long whole = elements / block * bytesOf(block);
    int rest = (int) (elements % block);
    return rest == 0 ? whole : whole + bytesOf(rest);
  }

  /**
   * The factor of a block: the largest times it is a float32 again.
   *
   * @param largest absolute value
   */
  float factor(float largest) {
    float factor = largest / levels;
    return (double) factor * levels > Float.MAX_VALUE ? Math.nextDown(factor) : factor;
  }

  /** Puts whole numbers behind a block's factor. */
  void put(int[] numbers, int length, byte[] into, int at) {
    if (packed) {
      for (int i = 0; i < length; i += 2) {
        int upper = i + 1 < length ? numbers[i + 1] + OFFSET : 0;
        into[at + i / 2] = (byte) ((numbers[i] + OFFSET) | (upper << 4));
      }
    } else {
      for (int i = 0; i < length; i++) {
        into[at + i] = (byte) numbers[i];
      }
    }
  }

  /** Multiplies the numbers of a block with its factor. */
  void get(byte[] from, int at, float factor, int first, int last, float[] into, int place) {
    if (packed) {
      for (int i = first; i < last; i++) {
        int half = (from[at + i / 2] >> (i % 2 * 4)) & 0xf;
        into[place + i - first] = (half - OFFSET) * factor;
      }
    } else {
      for (int i = first; i < last; i++) {
        into[place + i - first] = from[at + i] * factor;
      }
    }
  }
}
