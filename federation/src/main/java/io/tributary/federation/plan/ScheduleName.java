package io.tributary.federation.plan;

import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.List;

/** How the learning rate moves over the steps. */
public enum ScheduleName {
  /** Constant after the warm-up. */
  CONSTANT("constant"),
  /** Linear to zero after the warm-up. */
  LINEAR("linear"),
  /** Along a cosine to zero after the warm-up. */
  COSINE("cosine"),
  /** By a power of the share of steps that is left, to a rate of its own. */
  POLYNOMIAL("polynomial");

  private final String token;

  ScheduleName(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  static ScheduleName read(Settings settings, String key, ScheduleName byDefault) {
    String word = settings.choice(key, byDefault.token, tokens());
    return Arrays.stream(values()).filter(v -> v.token.equals(word)).findFirst().orElseThrow();
  }

  private static List<String> tokens() {
    return Arrays.stream(values()).map(ScheduleName::token).toList();
  }
}
