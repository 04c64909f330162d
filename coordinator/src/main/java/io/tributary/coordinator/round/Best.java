package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

/** The best committed checkpoint so far by the plan's metric. */
public record Best(int round, Checkpoint checkpoint, double figure) {
  public Best {
    requireNonNull(checkpoint, "checkpoint");
  }
}
