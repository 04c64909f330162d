package io.tributary.federation.plan;

import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.List;

/** The held-out figure that names the best checkpoint. */
public enum ChosenMetric {
  /** Share of examples with the right label. */
  ACCURACY("accuracy"),
  /** Mean F1 over the label set of the plan. */
  MACRO_F1("macro-f1"),
  /** Mean cross-entropy in nats. */
  LOSS("loss");

  private final String token;

  ChosenMetric(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  static ChosenMetric read(Settings settings, String key, ChosenMetric byDefault) {
    String word = settings.choice(key, byDefault.token, tokens());
    return Arrays.stream(values()).filter(v -> v.token.equals(word)).findFirst().orElseThrow();
  }

  private static List<String> tokens() {
    return Arrays.stream(values()).map(ChosenMetric::token).toList();
  }
}
