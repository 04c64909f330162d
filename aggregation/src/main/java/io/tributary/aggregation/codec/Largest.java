package io.tributary.aggregation.codec;

import java.io.IOException;

/**
 * Which values are the k largest by absolute value; of equals the first. Found in two passes over
 * the bits, which for absolute values have the order of the numbers: a count of each upper half,
 * then of each lower half below the one that holds the k-th.
 *
 * @param least bits of the smallest absolute value that is taken
 * @param equals how many that are as large are taken
 */
record Largest(int least, long equals) {
  private static final int SIGN = 0x7fffffff;
  private static final int LOWER_BITS = 15;
  private static final int LOWER = (1 << LOWER_BITS) - 1;

  /** Finds them; refused where a number is not finite. */
  static Largest of(FloatRun values, Coding coding, long k) throws IOException {
    long[] counts = new long[1 << 16];
    for (long piece = 0; piece < coding.pieces(); piece++) {
      float[] floats = read(values, coding, piece);
      coding.requireFinite(floats, floats.length, piece * Coding.PIECE);
      for (float value : floats) {
        counts[size(value) >>> LOWER_BITS]++;
      }
    }
    long above = 0;
    int upper = counts.length - 1;
    while (above + counts[upper] < k) {
      above += counts[upper--];
    }
    long[] below = new long[LOWER + 1];
    for (long piece = 0; piece < coding.pieces(); piece++) {
      for (float value : read(values, coding, piece)) {
        int size = size(value);
        if (size >>> LOWER_BITS == upper) {
          below[size & LOWER]++;
        }
      }
    }
    int lower = LOWER;
    while (above + below[lower] < k) {
      above += below[lower--];
    }
    return new Largest((upper << LOWER_BITS) | lower, k - above);
  }

  private static float[] read(FloatRun values, Coding coding, long piece) throws IOException {
    float[] floats = new float[coding.pieceLength(piece)];
    values.read(piece * Coding.PIECE, floats, floats.length);
    return floats;
  }

  private static int size(float value) {
    return Float.floatToRawIntBits(value) & SIGN;
  }

  /** Goes through all values once, piece by piece. */
  Chooser chooser() {
    return new Chooser();
  }

  /** Remembers how many equals were taken. */
  final class Chooser {
    private long left = equals;

    /** Puts the places of the next piece's values into an array, ascending; returns how many. */
    int choose(float[] floats, int count, int[] places) {
      int found = 0;
      for (int i = 0; i < count; i++) {
        int size = size(floats[i]);
        if (size > least || (size == least && left > 0)) {
          left -= size == least ? 1 : 0;
          places[found++] = i;
        }
      }
      return found;
    }
  }
}
