package io.tributary.coordinator.round;

import java.util.Locale;

/** Why the rounds of a run are over. */
public enum CompletionReason {
  /** The plan's number of rounds is done. */
  ROUNDS,
  /** No improvement for the plan's patience. */
  PATIENCE,
  /** The plan's target is reached. */
  TARGET;

  /** The word that operators see. */
  public String token() {
    return name().toLowerCase(Locale.ROOT);
  }
}
