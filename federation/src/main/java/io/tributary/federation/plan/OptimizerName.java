package io.tributary.federation.plan;

import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.List;

/** The optimizer at the nodes. */
public enum OptimizerName {
  /** AdamW, Loshchilov and Hutter, ICLR 2019. */
  ADAMW("adamw"),
  /** Adam, Kingma and Ba, ICLR 2015; decay is added to the gradient. */
  ADAM("adam"),
  /** Adafactor, Shazeer and Stern, ICML 2018. */
  ADAFACTOR("adafactor"),
  /** Stochastic gradient descent with momentum, as PyTorch defines it. */
  SGD("sgd");

  private final String token;

  OptimizerName(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  static OptimizerName read(Settings settings, String key, OptimizerName byDefault) {
    String word = settings.choice(key, byDefault.token, tokens());
    return Arrays.stream(values()).filter(v -> v.token.equals(word)).findFirst().orElseThrow();
  }

  private static List<String> tokens() {
    return Arrays.stream(values()).map(OptimizerName::token).toList();
  }
}
