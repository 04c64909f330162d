package io.tributary.federation.plan;

import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.List;

/** Over what warm-up and decay stretch. */
public enum ScheduleSpan {
  /** Over all rounds: step = (round - 1) S + s of rounds times S. */
  RUN("run"),
  /** Over each round anew. */
  ROUND("round");

  private final String token;

  ScheduleSpan(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  static ScheduleSpan read(Settings settings, String key, ScheduleSpan byDefault) {
    String word = settings.choice(key, byDefault.token, tokens());
    return Arrays.stream(values()).filter(v -> v.token.equals(word)).findFirst().orElseThrow();
  }

  private static List<String> tokens() {
    return Arrays.stream(values()).map(ScheduleSpan::token).toList();
  }
}
