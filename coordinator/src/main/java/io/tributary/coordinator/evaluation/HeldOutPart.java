package io.tributary.coordinator.evaluation;

/** The two parts of the held-out set; neither is ever trained on. */
public enum HeldOutPart {
  /** Judged every round. */
  SELECTION("selection"),
  /** Judged once, at the end of a run. */
  TEST("test");

  private final String token;

  HeldOutPart(String token) {
    this.token = token;
  }

  /** The word used in configuration and messages. */
  public String token() {
    return token;
  }
}
