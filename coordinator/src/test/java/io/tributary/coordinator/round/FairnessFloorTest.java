package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** The arithmetic of the promise; that draws keep it is the matter of CohortDrawTest. */
final class FairnessFloorTest {
  private static final FairnessFloor THREE = new FairnessFloor(3);

  private static NodeHistory asked(int round) {
    return new NodeHistory(round, 1, 1, OptionalDouble.empty(), 10);
  }

  @Test
  void time_isWhatIsLeftUntilTheNodeMustBeAsked() {
    assertEquals(4, THREE.time(NodeHistory.NONE, 1));
    assertEquals(1, THREE.time(NodeHistory.NONE, 4));
    assertEquals(1, THREE.time(NodeHistory.NONE, 9));
    assertEquals(4, THREE.time(asked(5), 6));
    assertEquals(1, THREE.time(asked(5), 9));
  }

  @Test
  void size_growsNoMoreThanTheTimesAskFor() {
    assertEquals(2, THREE.size(List.of(4, 4, 4, 4, 4, 4, 4, 4), 2));
    assertEquals(3, THREE.size(List.of(4, 4, 4, 4, 4, 4, 4, 4, 4), 2));
    assertEquals(3, THREE.size(List.of(1, 1, 1, 4), 1));
    assertEquals(2, THREE.size(List.of(1, 2, 2, 4), 1));
    assertEquals(2, THREE.size(List.of(4, 4), 5));
  }

  @Test
  void forced_isAskedAheadWhereLaterRoundsWouldNotHoldAll() {
    assertEquals(0, THREE.forced(List.of(4, 4, 4, 4), 2));
    assertEquals(1, THREE.forced(List.of(1, 4, 4, 4), 2));
    assertEquals(1, THREE.forced(List.of(2, 2, 2, 4), 2));
    assertEquals(2, THREE.forced(List.of(2, 2, 2, 2), 2));
    assertEquals(2, THREE.forced(List.of(4, 4, 4, 4, 4, 4, 4, 4), 2));
  }
}
