package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.plan.ModelPlan;
import io.tributary.federation.plan.Task;

/**
 * What a model's last part answers.
 *
 * @param outputs scores for each example, or for each token; 0 where the vocabulary decides
 * @param multiLabel whether each score is for itself rather than one of a set
 */
public record Head(Task task, int outputs, boolean multiLabel) {
  public Head {
    requireNonNull(task, "task");
  }

  /** A head with one score for each label of a set or for each number. */
  public static Head of(Task task, int outputs) {
    return new Head(task, outputs, false);
  }

  /** The head that a plan asks for. */
  public static Head of(ModelPlan plan) {
    return new Head(plan.task(), plan.labels().size(), plan.multiLabel());
  }
}
