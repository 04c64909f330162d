package io.tributary.federation.plan;

import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.List;

/** How the accepted updates become one. */
public enum RuleName {
  /** Mean by weight: FedAvg, McMahan et al., AISTATS 2017, algorithm 1. */
  WEIGHTED_MEAN("weighted-mean");

  private final String token;

  RuleName(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  static RuleName read(Settings settings, String key, RuleName byDefault) {
    String word = settings.choice(key, byDefault.token, tokens());
    return Arrays.stream(values()).filter(v -> v.token.equals(word)).findFirst().orElseThrow();
  }

  private static List<String> tokens() {
    return Arrays.stream(values()).map(RuleName::token).toList();
  }
}
