package io.tributary.training.evaluate;

import java.util.Locale;

/** What a model predicts; it decides which metrics there are. */
public enum TaskKind {
  /** One label of a set for each example. */
  CLASSIFICATION,
  /** Any number of labels of a set for each example. */
  MULTI_LABEL,
  /** One label of a set for each token of a sequence. */
  TOKEN_CLASSIFICATION,
  /** The next token. */
  LANGUAGE_MODELLING,
  /** A number. */
  REGRESSION;

  /** The word used in reports. */
  public String token() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
