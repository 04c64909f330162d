package io.tributary.federation.plan;

import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.List;

/** What the model is fine-tuned to do. */
public enum Task {
  /** One label of a set for each text, or several where the plan says so. */
  TEXT_CLASSIFICATION("text-classification", Input.TEXT, Output.LABEL),
  /** Numbers for each text. */
  TEXT_REGRESSION("text-regression", Input.TEXT, Output.NUMBERS),
  /** One label of a set for each token of a text. */
  TOKEN_CLASSIFICATION("token-classification", Input.TEXT, Output.LABEL_PER_TOKEN),
  /** The next token of a text, from those before it. */
  CAUSAL_LANGUAGE_MODELLING("causal-language-modelling", Input.TEXT, Output.NEXT_TOKEN),
  /** One label of a set for each image, or several where the plan says so. */
  IMAGE_CLASSIFICATION("image-classification", Input.IMAGE, Output.LABEL),
  /** One label of a set for each row, or several where the plan says so. */
  TABULAR_CLASSIFICATION("tabular-classification", Input.ROW, Output.LABEL),
  /** Numbers for each row. */
  TABULAR_REGRESSION("tabular-regression", Input.ROW, Output.NUMBERS);

  /** What one example is. */
  public enum Input {
    TEXT,
    ROW,
    IMAGE
  }

  /** What the model answers for one example. */
  public enum Output {
    /** A label of the plan's set, or several. */
    LABEL,
    /** Numbers, one for each name in the plan's {@code labels}. */
    NUMBERS,
    /** A label of the plan's set for each token. */
    LABEL_PER_TOKEN,
    /** The token after each token; there are no labels. */
    NEXT_TOKEN
  }

  private final String token;
  private final Input input;
  private final Output output;

  Task(String token, Input input, Output output) {
    this.token = token;
    this.input = input;
    this.output = output;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  public Input input() {
    return input;
  }

  public Output output() {
    return output;
  }

  /** Whether there is an answer for each token rather than for each example. */
  public boolean perToken() {
    return output == Output.LABEL_PER_TOKEN || output == Output.NEXT_TOKEN;
  }

  static Task read(Settings settings, String key, Task byDefault) {
    String word = settings.choice(key, byDefault.token, tokens());
    return Arrays.stream(values()).filter(v -> v.token.equals(word)).findFirst().orElseThrow();
  }

  private static List<String> tokens() {
    return Arrays.stream(values()).map(Task::token).toList();
  }
}
