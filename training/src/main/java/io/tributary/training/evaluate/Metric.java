package io.tributary.training.evaluate;

import static io.tributary.federation.plan.Direction.MAXIMIZE;
import static io.tributary.federation.plan.Direction.MINIMIZE;
import static io.tributary.training.evaluate.TaskKind.CLASSIFICATION;
import static io.tributary.training.evaluate.TaskKind.LANGUAGE_MODELLING;
import static io.tributary.training.evaluate.TaskKind.MULTI_LABEL;
import static io.tributary.training.evaluate.TaskKind.REGRESSION;
import static io.tributary.training.evaluate.TaskKind.TOKEN_CLASSIFICATION;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Direction;
import io.tributary.federation.settings.NearestKey;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The figures that predictions are judged by, each with the direction in which it is better. Names
 * and edge cases follow scikit-learn and seqeval.
 */
public enum Metric {
  /** Mean loss in the unit of the task: nats of cross-entropy, or squared error. */
  LOSS(MINIMIZE, CLASSIFICATION, MULTI_LABEL, TOKEN_CLASSIFICATION, LANGUAGE_MODELLING, REGRESSION),
  /** Share of right labels; of examples or, where there are tokens, of tokens. */
  ACCURACY(MAXIMIZE, CLASSIFICATION, TOKEN_CLASSIFICATION, LANGUAGE_MODELLING),
  /** Mean F1 over the label set. */
  MACRO_F1(MAXIMIZE, CLASSIFICATION, MULTI_LABEL, TOKEN_CLASSIFICATION),
  MACRO_PRECISION(MAXIMIZE, CLASSIFICATION, MULTI_LABEL, TOKEN_CLASSIFICATION),
  /** Also called balanced accuracy where every label occurs. */
  MACRO_RECALL(MAXIMIZE, CLASSIFICATION, MULTI_LABEL, TOKEN_CLASSIFICATION),
  MICRO_F1(MAXIMIZE, CLASSIFICATION, MULTI_LABEL, TOKEN_CLASSIFICATION),
  MICRO_PRECISION(MAXIMIZE, MULTI_LABEL),
  MICRO_RECALL(MAXIMIZE, MULTI_LABEL),
  /** Mean F1 over the labels by their support. */
  WEIGHTED_F1(MAXIMIZE, CLASSIFICATION, MULTI_LABEL, TOKEN_CLASSIFICATION),
  WEIGHTED_PRECISION(MAXIMIZE, CLASSIFICATION, MULTI_LABEL, TOKEN_CLASSIFICATION),
  WEIGHTED_RECALL(MAXIMIZE, CLASSIFICATION, MULTI_LABEL, TOKEN_CLASSIFICATION),
  /** Of the second of two labels; absent where there are more. */
  F1(MAXIMIZE, CLASSIFICATION),
  /** Of the second of two labels; absent where there are more. */
  PRECISION(MAXIMIZE, CLASSIFICATION),
  /** Of the second of two labels; absent where there are more. */
  RECALL(MAXIMIZE, CLASSIFICATION),
  /** Matthews' correlation. */
  MCC(MAXIMIZE, CLASSIFICATION, TOKEN_CLASSIFICATION),
  /**
   * Of the second of two labels; of more the mean over the labels, each against the rest. Labels
   * without which or with which alone it is not defined are left out of the mean.
   */
  ROC_AUC(MAXIMIZE, CLASSIFICATION, MULTI_LABEL),
  /** Average precision: of the second of two labels; of more the mean over all labels. */
  PR_AUC(MAXIMIZE, CLASSIFICATION, MULTI_LABEL),
  /** Of all decisions together. */
  ROC_AUC_MICRO(MAXIMIZE, MULTI_LABEL),
  /** Of all decisions together. */
  PR_AUC_MICRO(MAXIMIZE, MULTI_LABEL),
  /** Mean negative logarithm of the true label's probability, clipped by 2^-52. */
  LOG_LOSS(MINIMIZE, CLASSIFICATION),
  /** Mean squared distance of the probabilities from the truth. */
  BRIER(MINIMIZE, CLASSIFICATION),
  /** Expected calibration error in 15 bins. */
  CALIBRATION_ERROR(MINIMIZE, CLASSIFICATION),
  /** Share of examples all of whose labels are right. */
  SUBSET_ACCURACY(MAXIMIZE, MULTI_LABEL),
  /** Share of wrong decisions. */
  HAMMING_LOSS(MINIMIZE, MULTI_LABEL),
  /** Mean F1 of the examples. */
  SAMPLES_F1(MAXIMIZE, MULTI_LABEL),
  /** Micro figures of entities, an I- after another type read as a beginning. */
  ENTITY_F1(MAXIMIZE, TOKEN_CLASSIFICATION),
  ENTITY_PRECISION(MAXIMIZE, TOKEN_CLASSIFICATION),
  ENTITY_RECALL(MAXIMIZE, TOKEN_CLASSIFICATION),
  /** Mean F1 over the types of entities. */
  ENTITY_MACRO_F1(MAXIMIZE, TOKEN_CLASSIFICATION),
  /** Micro F1 of entities that are written as IOB2 wants them. */
  ENTITY_STRICT_F1(MAXIMIZE, TOKEN_CLASSIFICATION),
  /** The exponential of the mean loss of a token. */
  PERPLEXITY(MINIMIZE, LANGUAGE_MODELLING),
  MAE(MINIMIZE, REGRESSION),
  RMSE(MINIMIZE, REGRESSION),
  /** The coefficient of determination. */
  R2(MAXIMIZE, REGRESSION),
  PEARSON(MAXIMIZE, REGRESSION),
  SPEARMAN(MAXIMIZE, REGRESSION);

  private final Direction direction;

  @SuppressWarnings("ImmutableEnumChecker") // never changed
  private final Set<TaskKind> kinds;

  Metric(Direction direction, TaskKind first, TaskKind... others) {
    this.direction = direction;
    this.kinds = EnumSet.of(first, others);
  }

  /** The word used in plans and reports. */
  public String token() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public Direction direction() {
    return direction;
  }

  public boolean isFor(TaskKind kind) {
    return kinds.contains(kind);
  }

  /** Whether one value is better than another; no value is worse than one that is not a number. */
  public boolean better(double value, double than) {
    if (Double.isNaN(value) || Double.isNaN(than)) {
      return !Double.isNaN(value) && Double.isNaN(than);
    }
    return direction == MAXIMIZE ? value > than : value < than;
  }

  /** The metrics of a kind of task, in the order of reports. */
  public static List<Metric> of(TaskKind kind) {
    return Arrays.stream(values()).filter(metric -> metric.isFor(kind)).toList();
  }

  /** The metric with a word, refused where there is none or it does not fit the task. */
  public static Metric of(String token, TaskKind kind) {
    List<String> known = of(kind).stream().map(Metric::token).toList();
    if (!known.contains(token)) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "metric",
          "\"" + token + "\" for " + kind.token(),
          "one of " + String.join(", ", known),
          NearestKey.of(token, known)
              .map(name -> "Did you mean " + name + "?")
              .orElse("Choose one of them."));
    }
    return Arrays.stream(values()).filter(m -> m.token().equals(token)).findFirst().orElseThrow();
  }
}
