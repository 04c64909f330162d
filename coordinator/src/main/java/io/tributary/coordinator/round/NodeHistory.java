package io.tributary.coordinator.round;

import java.util.OptionalDouble;

/**
 * What a run's journal says of a node.
 *
 * @param lastAsked the last round in which it was asked; 0 where it never was
 * @param asked rounds in which it was
 * @param answered those of them in which an update of it came in time
 * @param loss mean training loss that it told with its last update that counted; not a number
 *     counts as none
 * @param examples that its card declared when it was last asked; 0 where it never was
 */
record NodeHistory(int lastAsked, int asked, int answered, OptionalDouble loss, long examples) {
  static final NodeHistory NONE = new NodeHistory(0, 0, 0, OptionalDouble.empty(), 0);

  /** Share of askings that brought an update, drawn towards one half by one of each kind. */
  double availability() {
    return (answered + 1.0) / (asked + 2.0);
  }

  /** The same after a round in which it was asked, perhaps several times. */
  NodeHistory after(int round, boolean came, OptionalDouble told, long declared) {
    return new NodeHistory(
        round, asked + 1, answered + (came ? 1 : 0), told.isPresent() ? told : loss, declared);
  }
}
