package io.tributary.federation.plan;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

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

  /** What a model of this plan predicts. */
  public static TaskKind of(ModelPlan model) {
    return switch (model.task().output()) {
      case NUMBERS -> REGRESSION;
      case NEXT_TOKEN -> LANGUAGE_MODELLING;
      case LABEL_PER_TOKEN -> TOKEN_CLASSIFICATION;
      case LABEL -> model.multiLabel() ? MULTI_LABEL : CLASSIFICATION;
    };
  }

  /** The one of this word. */
  public static Optional<TaskKind> find(String token) {
    return Arrays.stream(values()).filter(kind -> kind.token().equals(token)).findFirst();
  }

  /** Whether figures count tokens rather than examples. */
  public boolean perToken() {
    return this == TOKEN_CLASSIFICATION || this == LANGUAGE_MODELLING;
  }

  /** The word used in reports. */
  public String token() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
