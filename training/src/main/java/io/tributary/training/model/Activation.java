package io.tributary.training.model;

import java.util.Map;
import java.util.TreeMap;

/** Activation functions by the words of transformers, as {@code pass.py} numbers them. */
public enum Activation {
  /** Exact, with the error function (Hendrycks and Gimpel, 2016). */
  GELU(0),
  /** Its approximation by tanh. */
  GELU_TANH(1),
  RELU(2),
  /** Also called swish. */
  SILU(3),
  TANH(4),
  /** x sigmoid(1.702 x). */
  QUICK_GELU(5);

  private static final Map<String, Activation> BY_WORD =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("gelu", GELU),
              Map.entry("gelu_python", GELU),
              Map.entry("gelu_new", GELU_TANH),
              Map.entry("gelu_fast", GELU_TANH),
              Map.entry("gelu_accurate", GELU_TANH),
              Map.entry("gelu_python_tanh", GELU_TANH),
              Map.entry("gelu_pytorch_tanh", GELU_TANH),
              Map.entry("relu", RELU),
              Map.entry("silu", SILU),
              Map.entry("swish", SILU),
              Map.entry("tanh", TANH),
              Map.entry("quick_gelu", QUICK_GELU)));

  private final int code;

  Activation(int code) {
    this.code = code;
  }

  /** The number by which scripts know it. */
  public int code() {
    return code;
  }

  /** The activation that a configuration names; another one is refused. */
  public static Activation of(ModelConfig config, String key, String byDefault) {
    String word = config.text(key, byDefault);
    Activation activation = BY_WORD.get(word);
    if (activation == null) {
      throw config.refusal(key, word, "one of " + String.join(", ", BY_WORD.keySet()));
    }
    return activation;
  }
}
