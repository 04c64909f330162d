package io.tributary.federation.plan;

import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.List;

/** What weight a node has in the rule. */
public enum NodeWeights {
  /** Its count of training examples. */
  EXAMPLES("examples"),
  /** One each. */
  UNIFORM("uniform");

  private final String token;

  NodeWeights(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  static NodeWeights read(Settings settings, String key, NodeWeights byDefault) {
    String word = settings.choice(key, byDefault.token, tokens());
    return Arrays.stream(values()).filter(v -> v.token.equals(word)).findFirst().orElseThrow();
  }

  private static List<String> tokens() {
    return Arrays.stream(values()).map(NodeWeights::token).toList();
  }
}
