package io.tributary.federation.plan;

import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.List;

/** What the model is fine-tuned to do. */
public enum Task {
  /** One label of a set for each text. */
  TEXT_CLASSIFICATION("text-classification"),
  /** One label of a set for each row of numbers. */
  TABULAR_CLASSIFICATION("tabular-classification");

  private final String token;

  Task(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  static Task read(Settings settings, String key, Task byDefault) {
    String word = settings.choice(key, byDefault.token, tokens());
    return Arrays.stream(values()).filter(v -> v.token.equals(word)).findFirst().orElseThrow();
  }

  private static List<String> tokens() {
    return Arrays.stream(values()).map(Task::token).toList();
  }
}
