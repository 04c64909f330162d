package io.tributary.federation.plan;

import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.List;

/** Whether more or less of a metric is better. */
public enum Direction {
  /** More is better. */
  MAXIMIZE("maximize"),
  /** Less is better. */
  MINIMIZE("minimize");

  private final String token;

  Direction(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  static Direction read(Settings settings, String key, Direction byDefault) {
    String word = settings.choice(key, byDefault.token, tokens());
    return Arrays.stream(values()).filter(v -> v.token.equals(word)).findFirst().orElseThrow();
  }

  private static List<String> tokens() {
    return Arrays.stream(values()).map(Direction::token).toList();
  }
}
