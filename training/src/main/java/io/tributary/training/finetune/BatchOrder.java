package io.tributary.training.finetune;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The batches of one epoch: examples shuffled, then sorted by length inside windows of many
 * batches, so that a batch needs little padding, and the batches shuffled in their turn. The same
 * generator state gives the same batches.
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
    int[] order = shuffled(examples, random);
    int window = (int) Math.min(examples, (long) batchSize * WINDOW_BATCHES);
    List<int[]> batches = new ArrayList<>();
    for (int start = 0; start < examples; start += window) {
      List<Integer> part = new ArrayList<>();
      for (int i = start; i < Math.min(examples, start + window); i++) {
        part.add(order[i]);
      }
      part.sort(Comparator.comparingInt(lengths::applyAsInt));
      cut(part, batchSize, batches);
    }
    for (int i = batches.size() - 1; i > 0; i--) {
      Collections.swap(batches, i, random.nextInt(i + 1));
    }
    return batches;
  }

  private static void cut(List<Integer> examples, int batchSize, List<int[]> into) {
    for (int start = 0; start < examples.size(); start += batchSize) {
      into.add(
          examples.subList(start, Math.min(examples.size(), start + batchSize)).stream()
              .mapToInt(Integer::intValue)
              .toArray());
    }
  }

  /** Fisher and Yates, from the end. */
  private static int[] shuffled(int count, RandomGenerator random) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    return order;
  }
}
