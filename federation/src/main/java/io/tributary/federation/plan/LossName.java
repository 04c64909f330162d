package io.tributary.federation.plan;

import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What training makes small. */
public enum LossName {
  /** Cross-entropy of one label of a set, in nats. */
  CROSS_ENTROPY("cross-entropy"),
  /** Focal loss of one label of a set (Lin et al., ICCV 2017). */
  FOCAL("focal"),
  /** Cross-entropy of each label of a set for itself: yes or no. */
  BINARY_CROSS_ENTROPY("binary-cross-entropy"),
  /** Focal loss of each label of a set for itself (Lin et al., ICCV 2017, with alpha). */
  BINARY_FOCAL("binary-focal"),
  /** Mean of the squared differences. */
  MEAN_SQUARED_ERROR("mean-squared-error"),
  /** Squared near zero, linear beyond delta (Huber, Ann. Math. Statist. 35, 1964). */
  HUBER("huber");

  private final String token;

  LossName(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  /** The loss of a model that a plan says nothing of. */
  public static LossName of(Task task, boolean multiLabel) {
    if (task.output() == Task.Output.NUMBERS) {
      return MEAN_SQUARED_ERROR;
    }
    return multiLabel ? BINARY_CROSS_ENTROPY : CROSS_ENTROPY;
  }

  /** Whether the loss takes what a model of this plan answers. */
  boolean fits(ModelPlan model) {
    return switch (this) {
      case MEAN_SQUARED_ERROR, HUBER -> model.task().output() == Task.Output.NUMBERS;
      case BINARY_CROSS_ENTROPY, BINARY_FOCAL -> model.multiLabel();
      default -> model.task().output() != Task.Output.NUMBERS && !model.multiLabel();
    };
  }

  static Optional<LossName> read(Settings settings, String key) {
    if (!settings.has(key)) {
      return Optional.empty();
    }
    List<String> tokens = Arrays.stream(values()).map(LossName::token).toList();
    String word = settings.choice(key, "", tokens);
    return Arrays.stream(values()).filter(v -> v.token.equals(word)).findFirst();
  }
}
