package io.tributary.federation.plan;

import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.List;

/** What a node's optimizer remembers from round to round. */
public enum OptimizerState {
  /** Nothing: it starts anew each round. */
  FRESH("fresh"),
  /** Its state after the node's last update that counted. */
  KEEP("keep");

  private final String token;

  OptimizerState(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  static OptimizerState read(Settings settings, String key, OptimizerState byDefault) {
    String word = settings.choice(key, byDefault.token, tokens());
    return Arrays.stream(values()).filter(v -> v.token.equals(word)).findFirst().orElseThrow();
  }

  private static List<String> tokens() {
    return Arrays.stream(values()).map(OptimizerState::token).toList();
  }
}
