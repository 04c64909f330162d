package io.tributary.federation.plan;

import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.List;

/** How the aggregate moves the global state. */
public enum ServerOptimizerName {
  /** The aggregate is added as it is. */
  NONE("none");

  private final String token;

  ServerOptimizerName(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  static ServerOptimizerName read(Settings settings, String key, ServerOptimizerName byDefault) {
    String word = settings.choice(key, byDefault.token, tokens());
    return Arrays.stream(values()).filter(v -> v.token.equals(word)).findFirst().orElseThrow();
  }

  private static List<String> tokens() {
    return Arrays.stream(values()).map(ServerOptimizerName::token).toList();
  }
}
