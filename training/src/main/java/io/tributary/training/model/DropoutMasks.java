package io.tributary.training.model;

import java.nio.IntBuffer;
import java.util.stream.IntStream;

/**
 * Dropout masks (Srivastava et al., JMLR 2014) from a counter: whether number i of a step is
 * dropped depends on the key, the step and i alone, never on a generator's state, threads or torch.
 * A kept number has the mask value 1 / (1 - rate), a dropped one 0.
 *
 * @param keyLow lower half of the step's key
 * @param keyHigh upper half
 * @param active false: no dropout, as in evaluation
 */
public record DropoutMasks(int keyLow, int keyHigh, boolean active) {
  /** No dropout. */
  public static final DropoutMasks NONE = new DropoutMasks(0, 0, false);

  private static final int BLOCK = 4096;

  /** 0, 1, 2 … in memory: the compiler uses vectors for what is loaded, not for loop counters. */
  private static final int[] INDEX = IntStream.range(0, BLOCK).toArray();

  /** The masks of one step, from the key of a named stream. */
  public static DropoutMasks of(long key, long step) {
    // SplitMix64 (Steele, Lea and Flood, OOPSLA 2014)
    long z = key + (step + 1) * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    z ^= z >>> 31;
    return new DropoutMasks((int) z, (int) (z >>> 32), true);
  }

  /** Masks of another place in the same step. */
  DropoutMasks derived(long place) {
    return of(((long) keyHigh << 32) | (keyLow & 0xffffffffL), place);
  }

  /**
   * Fills the rest of a buffer over float32 memory.
   *
   * @param first counter of the buffer's first number
   * @param rate share of numbers that are dropped, below 1
   */
  public void fill(IntBuffer into, int first, double rate) {
    int threshold = (int) Math.rint(rate * (1 << 24));
    int kept = Float.floatToRawIntBits((float) (1 / (1 - rate)));
    int[] block = new int[BLOCK];
    int counter = first;
    while (into.hasRemaining()) {
      int count = Math.min(BLOCK, into.remaining());
      mask(block, counter, threshold, kept);
      into.put(block, 0, count);
      counter += count;
    }
  }

  /**
   * Two rounds of the integer hash lowbias32 (Wellons, 2018), each after mixing in half of the key.
   * Only int arithmetic without branches, so that the compiler uses vectors.
   */
  private void mask(int[] block, int counter, int threshold, int kept) {
    int low = keyLow;
    int high = keyHigh;
    int[] index = INDEX;
    for (int i = 0; i < BLOCK; i++) {
      int x = (counter + index[i]) ^ low;
      x = (x ^ (x >>> 16)) * 0x7feb352d;
      x = (x ^ (x >>> 15)) * 0x846ca68b;
      x = (x ^ (x >>> 16)) + high;
      x = (x ^ (x >>> 16)) * 0x7feb352d;
      x = (x ^ (x >>> 15)) * 0x846ca68b;
      x ^= x >>> 16;
      // all ones where the upper 24 bits lie below the threshold: dropped
      int dropped = ((x >>> 8) - threshold) >> 31;
      block[i] = kept & ~dropped;
    }
  }
}
