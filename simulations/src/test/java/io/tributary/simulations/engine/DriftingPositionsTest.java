package io.tributary.simulations.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

final class DriftingPositionsTest {
  private static final int[] FIRST = {1, 3, 5, 7};
  private static final int[] LAST = {0, 2};

  @Test
  void of_roundsOfARun_goFromOnePartToTheOther() {
    assertArrayEquals(FIRST, DriftingPositions.of(FIRST, LAST, 1, 5));
    assertArrayEquals(new int[] {0, 1, 3, 5}, DriftingPositions.of(FIRST, LAST, 2, 5));
    assertArrayEquals(new int[] {0, 1, 3}, DriftingPositions.of(FIRST, LAST, 3, 5));
    assertArrayEquals(LAST, DriftingPositions.of(FIRST, LAST, 5, 5));
    assertArrayEquals(LAST, DriftingPositions.of(FIRST, LAST, 9, 5));
    assertArrayEquals(FIRST, DriftingPositions.of(FIRST, LAST, 1, 1));
  }
}
