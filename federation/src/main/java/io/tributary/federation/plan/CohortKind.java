package io.tributary.federation.plan;

import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.List;

/** By what the nodes of a cohort are drawn among those that can take part. */
public enum CohortKind {
  /** Each with the same chance. */
  UNIFORM("uniform"),
  /** One after the other without putting back, with chances in proportion to training examples. */
  BY_SIZE("by-size"),
  /** The same, in proportion to how often a node that was asked sent an update in time. */
  BY_AVAILABILITY("by-availability"),
  /**
   * Candidates are drawn by size, and those of them with the largest training loss that they told
   * last are asked: rpow-d (Cho, Wang, Joshi, arXiv 2010.01243, section 4). Who has told none yet
   * goes first.
   */
  POWER_OF_CHOICE("power-of-choice");

  private final String token;

  CohortKind(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  /** Whether the draw needs to know how many examples each node has. */
  public boolean weighsSizes() {
    return this == BY_SIZE || this == POWER_OF_CHOICE;
  }

  static CohortKind read(Settings settings, String key, CohortKind byDefault) {
    List<String> tokens = Arrays.stream(values()).map(CohortKind::token).toList();
    String word = settings.choice(key, byDefault.token, tokens);
    return Arrays.stream(values()).filter(v -> v.token.equals(word)).findFirst().orElseThrow();
  }
}
