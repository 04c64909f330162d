package io.tributary.federation.plan;

import static io.tributary.federation.plan.Direction.MAXIMIZE;
import static io.tributary.federation.plan.Direction.MINIMIZE;
import static io.tributary.federation.plan.TaskKind.CLASSIFICATION;
import static io.tributary.federation.plan.TaskKind.LANGUAGE_MODELLING;
import static io.tributary.federation.plan.TaskKind.MULTI_LABEL;
import static io.tributary.federation.plan.TaskKind.REGRESSION;
import static io.tributary.federation.plan.TaskKind.TOKEN_CLASSIFICATION;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.settings.NearestKey;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

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

  private static final Pattern TAG = Pattern.compile("(?s)[BI]-.+");
  private static final Set<Metric> OF_TWO = EnumSet.of(F1, PRECISION, RECALL);

  /** They follow from the order of all predictions. */
  private static final Set<Metric> OF_RANKS =
      EnumSet.of(ROC_AUC, PR_AUC, ROC_AUC_MICRO, PR_AUC_MICRO, SPEARMAN);

  /** They follow from sums over examples, whatever labels those have. */
  private static final Set<Metric> WITHOUT_LABELS =
      EnumSet.of(
          LOSS,
          ACCURACY,
          LOG_LOSS,
          BRIER,
          CALIBRATION_ERROR,
          SUBSET_ACCURACY,
          HAMMING_LOSS,
          SAMPLES_F1,
          PERPLEXITY,
          MAE,
          RMSE,
          R2,
          PEARSON);

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

  /** Whether sums of several sites give the figure of all their examples together. */
  public boolean addsUp() {
    return !OF_RANKS.contains(this);
  }

  /** Whether those sums are counts by label, which a site may keep to itself. */
  public boolean needsLabelCounts() {
    return addsUp() && !WITHOUT_LABELS.contains(this);
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
    return of(token, kind, of(kind));
  }

  /**
   * The metric with a word, refused where there is none or a model of this plan does not have it:
   * of another task, of two labels where there are more, of entities where labels are no IOB2 tags.
   */
  static Metric of(String token, ModelPlan model) {
    return of(token, TaskKind.of(model), of(model));
  }

  private static Metric of(String token, TaskKind kind, List<Metric> fitting) {
    List<String> known = fitting.stream().map(Metric::token).toList();
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

  /** The metrics that a model of this plan has, in the order of reports. */
  static List<Metric> of(ModelPlan model) {
    boolean two = model.labels().size() == 2;
    boolean tags =
        model.labels().stream()
            .allMatch(label -> label.equals("O") || TAG.matcher(label).matches());
    return of(TaskKind.of(model)).stream()
        .filter(metric -> two || !OF_TWO.contains(metric))
        .filter(metric -> tags || !metric.name().startsWith("ENTITY_"))
        .toList();
  }

  /** The metric that chooses the best checkpoint of a kind of task unless a plan names one. */
  public static Metric usual(TaskKind kind) {
    return switch (kind) {
      case LANGUAGE_MODELLING -> PERPLEXITY;
      case REGRESSION -> RMSE;
      default -> MACRO_F1;
    };
  }

  /** What is shown of a kind of task unless a plan names other metrics. */
  public static List<Metric> shown(TaskKind kind) {
    return switch (kind) {
      case CLASSIFICATION -> List.of(LOSS, ACCURACY, MACRO_F1);
      case MULTI_LABEL -> List.of(LOSS, MACRO_F1, MICRO_F1);
      case TOKEN_CLASSIFICATION -> List.of(LOSS, ACCURACY, MACRO_F1, ENTITY_F1);
      case LANGUAGE_MODELLING -> List.of(LOSS, PERPLEXITY, ACCURACY);
      case REGRESSION -> List.of(LOSS, RMSE, R2);
    };
  }
}
