package io.tributary.training.finetune;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The batches of one epoch: examples shuffled, then sorted by length inside windows of many
 * batches, so that a batch needs little padding, and the batches shuffled in their turn. The same
 * generator state gives the same batches. Takes little more than four bytes of memory an example.
 */
final class BatchOrder {
  private static final int WINDOW_BATCHES = 64;

  private BatchOrder() {}

  /**
   * Every example once; the last batch of the last window may be smaller.
   *
   * @param lengths length of each example
   */
  static List<int[]> epoch(
      int examples, IntUnaryOperator lengths, int batchSize, RandomGenerator random) {
    int[] order = range(examples);
    shuffle(order, random);
    int window = (int) Math.min(examples, (long) batchSize * WINDOW_BATCHES);
    for (int start = 0; start < examples; start += window) {
      sort(order, start, Math.min(examples, start + window), lengths);
    }
    // windows hold whole batches, so that these lie one behind the other
    int[] batches = range((int) (((long) examples + batchSize - 1) / batchSize));
    shuffle(batches, random);
    return new Batches(order, batches, batchSize);
  }

  /** The batches in their order, each cut out when it is asked for. */
  private static final class Batches extends AbstractList<int[]> implements RandomAccess {
    private final int[] order;
    private final int[] batches;
    private final int batchSize;

    Batches(int[] order, int[] batches, int batchSize) {
      this.order = order;
      this.batches = batches;
      this.batchSize = batchSize;
    }

    @Override
    public int[] get(int index) {
      int start = batches[Objects.checkIndex(index, batches.length)] * batchSize;
      return Arrays.copyOfRange(order, start, Math.min(order.length, start + batchSize));
    }

    @Override
    public int size() {
      return batches.length;
    }
  }

  private static void sort(int[] order, int start, int end, IntUnaryOperator lengths) {
    Integer[] part = new Integer[end - start];
    for (int i = 0; i < part.length; i++) {
      part[i] = order[start + i];
    }
    Arrays.sort(part, Comparator.comparingInt(lengths::applyAsInt));
    for (int i = 0; i < part.length; i++) {
      order[start + i] = part[i];
    }
  }

  private static int[] range(int count) {
    int[] range = new int[count];
    for (int i = 0; i < count; i++) {
      range[i] = i;
    }
    return range;
  }

  /** Fisher and Yates, from the end. */
  private static void shuffle(int[] order, RandomGenerator random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
  }
}
