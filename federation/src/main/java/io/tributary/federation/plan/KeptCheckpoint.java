package io.tributary.federation.plan;

import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.List;

/** A checkpoint that retention spares. */
public enum KeptCheckpoint {
  /** The best by the chosen metric. */
  BEST("best"),
  /** The newest. */
  LAST("last"),
  /** Every one. */
  ALL("all");

  private final String token;

  KeptCheckpoint(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  static KeptCheckpoint read(Settings settings, String key, KeptCheckpoint byDefault) {
    String word = settings.choice(key, byDefault.token, tokens());
    return Arrays.stream(values()).filter(v -> v.token.equals(word)).findFirst().orElseThrow();
  }

  private static List<String> tokens() {
    return Arrays.stream(values()).map(KeptCheckpoint::token).toList();
  }
}
