package io.tributary.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Balanced sampling and the augmentation of texts. */
class SamplingTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void epoch_unbalancedLabels_comeUpAlikeAndEvenly(long seed) {
    int[] labels = new int[100];
    Arrays.fill(labels, 0, 90, 7);
    Arrays.fill(labels, 90, 97, 3);
    int[] epoch = BalancedSampler.of(labels).epoch(Mutations.stream(seed));
    assertEquals(100, epoch.length);
    int[] seen = new int[100];
    for (int position : epoch) {
      seen[position]++;
    }
    String replay = "replay: seed=" + seed;
    for (int[] range : new int[][] {{0, 90}, {90, 97}, {97, 100}}) {
      var counts = IntStream.range(range[0], range[1]).map(i -> seen[i]).summaryStatistics();
      assertTrue(counts.getSum() == 33 || counts.getSum() == 34, replay);
      assertTrue(counts.getMax() - counts.getMin() <= 1, replay);
    }
    assertArrayEquals(epoch, BalancedSampler.of(labels).epoch(Mutations.stream(seed)));
    assertFalse(
        Arrays.equals(epoch, BalancedSampler.of(labels).epoch(Mutations.stream(seed + 100))));
  }

  @Test
  void epoch_fewerExamplesThanLabels_isStillAsLong() {
    assertEquals(0, BalancedSampler.of(new int[0]).epoch(Mutations.stream(1)).length);
    assertArrayEquals(new int[] {0}, BalancedSampler.of(new int[] {5}).epoch(Mutations.stream(1)));
  }

  @Test
  void dropout_keepsFixedTokensAndTheOrder() {
    int[] tokens = {101, 5, 6, 7, 8, 9, 102};
    var dropout = new TextAugmentation(0.5, 0);
    int shorter = 0;
    for (long seed = 0; seed < 100; seed++) {
      int[] left = dropout.apply(tokens, token -> token > 100, Mutations.stream(seed));
      assertEquals(101, left[0]);
      assertEquals(102, left[left.length - 1]);
      assertTrue(left.length >= 3, "replay: seed=" + seed);
      int[] free = Arrays.copyOfRange(left, 1, left.length - 1);
      int[] sorted = free.clone();
      Arrays.sort(sorted);
      assertArrayEquals(sorted, free, "replay: seed=" + seed);
      shorter += left.length < 7 ? 1 : 0;
    }
    assertTrue(shorter > 80);
  }

  @Test
  void swap_always_exchangesNeighboursBetweenFixedTokens() {
    var swap = new TextAugmentation(0, 1);
    assertArrayEquals(
        new int[] {101, 6, 5, 8, 7, 102},
        swap.apply(new int[] {101, 5, 6, 7, 8, 102}, t -> t > 100, Mutations.stream(1)));
    int[] same = {1, 2, 3};
    assertArrayEquals(same, TextAugmentation.none().apply(same, t -> false, Mutations.stream(1)));
    assertEquals(0, swap.apply(new int[0], t -> false, Mutations.stream(1)).length);
  }
}
