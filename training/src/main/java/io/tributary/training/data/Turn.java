package io.tributary.training.data;

import static java.util.Objects.requireNonNull;

/** What one speaker says in a dialogue. */
public record Turn(Speaker speaker, String text) {
  public Turn {
    requireNonNull(speaker, "speaker");
    requireNonNull(text, "text");
  }

  /** Who speaks; named as chat templates name the roles. */
  public enum Speaker {
    SYSTEM,
    USER,
    ASSISTANT
  }

  @Override
  public String toString() {
    return "Turn[" + speaker + ", " + text.length() + " characters]";
  }
}
