package io.tributary.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.seed.RandomStreams;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchOrderTest {
  private static final int EXAMPLES = 2_500;

  private static int length(int example) {
    return 3 + (int) (((example * 2_654_435_761L) >>> 7) & 31);
  }

  private static RandomGenerator random(long seed) {
    return new RandomStreams(seed).stream(1, "a", "shuffle");
  }

  private static List<int[]> epoch(long seed) {
    return BatchOrder.epoch(EXAMPLES, BatchOrderTest::length, 16, random(seed));
  }

  @Test
  void epoch_anyExamples_eachOnce() {
    List<int[]> batches = epoch(1);
    int[] all = batches.stream().flatMapToInt(Arrays::stream).sorted().toArray();
    assertArrayEquals(IntStream.range(0, EXAMPLES).toArray(), all);
    assertEquals((EXAMPLES + 15) / 16, batches.size());
    assertEquals(1, batches.stream().filter(batch -> batch.length != 16).count());
  }

  @Test
  void epoch_sameGenerator_sameBatches_otherGeneratorOther() {
    assertTrue(same(epoch(1), epoch(1)));
    assertFalse(same(epoch(1), epoch(2)));
  }

  @Test
  void epoch_mixedLengths_hardlyAnyPadding() {
    long tokens = IntStream.range(0, EXAMPLES).mapToLong(BatchOrderTest::length).sum();
    long padded =
        epoch(1).stream()
            .mapToLong(
                batch ->
                    (long) batch.length
                        * Arrays.stream(batch).map(BatchOrderTest::length).max().orElse(0))
            .sum();
    assertTrue(padded < 1.03 * tokens, padded + " of " + tokens);
  }

  @Test
  void epoch_batchesOfDifferentLengths_notInOrderOfLength() {
    List<Integer> lengths = epoch(1).stream().map(batch -> length(batch[0])).toList();
    long rises = IntStream.range(1, 64).filter(i -> lengths.get(i) > lengths.get(i - 1)).count();
    assertTrue(rises > 15 && rises < 48, rises + " rises");
  }

  @Test
  void epoch_oneExample_oneBatch() {
    List<int[]> batches = BatchOrder.epoch(1, i -> 5, 16, random(1));
    assertEquals(1, batches.size());
    assertArrayEquals(new int[] {0}, batches.get(0));
  }

  private static boolean same(List<int[]> a, List<int[]> b) {
    return a.size() == b.size()
        && IntStream.range(0, a.size()).allMatch(i -> Arrays.equals(a.get(i), b.get(i)));
  }
}
