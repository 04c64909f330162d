package io.tributary.training.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FittingBatchTest {
  private static final long FIXED = 1_000;
  private final List<Integer> tried = new ArrayList<>();

  /** What a batch takes grows with it. */
  private OptionalLong linear(int size) {
    tried.add(size);
    return OptionalLong.of(FIXED + 100L * size);
  }

  @Test
  void largest_bound_isKeptWithoutTryingWhatWouldNotFit() {
    // nine tenths of 3,000 hold 16 examples; 32 would take 4,200
    assertEquals(16, new FittingBatch(FIXED, 3_000).largest(1_024, this::linear));
    assertEquals(List.of(1, 2, 4, 8, 16), tried);
  }

  @Test
  void largest_roomForAll_isTheLargestPowerOfTwo() {
    assertEquals(64, new FittingBatch(FIXED, 1 << 30).largest(100, this::linear));
    assertEquals(100 - 36, tried.get(tried.size() - 1));
  }

  @Test
  void largest_peakBeyondExpectation_takesTheOneBefore() {
    var search = new FittingBatch(FIXED, 10_000);
    assertEquals(4, search.largest(64, size -> OptionalLong.of(size < 8 ? FIXED : 9_001)));
  }

  @Test
  void largest_outOfMemory_takesTheOneBefore() {
    var search = new FittingBatch(0, Long.MAX_VALUE);
    assertEquals(
        8, search.largest(64, size -> size < 16 ? OptionalLong.of(0) : OptionalLong.empty()));
  }

  @Test
  void largest_notEvenOne_isOutOfMemory() {
    var search = new FittingBatch(0, Long.MAX_VALUE);
    FederationException refusal =
        assertThrows(
            FederationException.class, () -> search.largest(64, size -> OptionalLong.empty()));
    assertEquals(ErrorKind.OUT_OF_MEMORY, refusal.kind());
    assertTrue(refusal.sentence().contains("batch-size: auto"), refusal.sentence());
    assertThrows(
        FederationException.class, () -> new FittingBatch(FIXED, 100).largest(64, this::linear));
    assertEquals(List.of(), tried);
  }
}
