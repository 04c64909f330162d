package io.tributary.federation.plan;

import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.List;

/**
 * In which numbers training multiplies matrices. Weights, gradients, the optimizer, norms, softmax
 * and losses are float32 in either (mixed precision; Micikevicius et al., ICLR 2018).
 */
public enum Precision {
  F32("f32"),
  /** Factors and products of matrices are bfloat16, summed in float32. */
  BF16("bf16");

  private final String token;

  Precision(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  static Precision read(Settings settings, String key) {
    List<String> words = Arrays.stream(values()).map(Precision::token).toList();
    String word = settings.choice(key, F32.token, words);
    return Arrays.stream(values()).filter(v -> v.token.equals(word)).findFirst().orElseThrow();
  }
}
