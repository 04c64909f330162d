package io.tributary.coordinator.driver;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * What a node last said about its work; never journaled.
 *
 * @param done examples, or bytes when fetching or submitting
 */
public record LiveProgress(Stage stage, long done, long total, double perSecond, double loss) {
  /** What the node does. */
  public enum Stage {
    FETCHING,
    TRAINING,
    VALIDATING,
    SUBMITTING;

    /** The word that operators see. */
    public String token() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public LiveProgress {
    requireNonNull(stage, "stage");
  }
}
