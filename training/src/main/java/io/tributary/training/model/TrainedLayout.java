package io.tributary.training.model;

import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Task;

/** Which tensors a plan trains: what moves, travels and is aggregated, all as float32. */
public final class TrainedLayout {
  private TrainedLayout() {}

  /** The layout of checkpoints and deltas of this plan. */
  public static Layout of(BaseModel base, Plan plan) {
    return Layout.of(architecture(base, plan).trained(plan.train().what()));
  }

  /** The model's shape under a plan; a task that the family can't do is refused. */
  static Architecture architecture(BaseModel base, Plan plan) {
    Architecture architecture = base.architecture(plan.model().labels().size());
    boolean texts = plan.model().task() == Task.TEXT_CLASSIFICATION;
    if (texts == (architecture.longestText() == 0)) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "plan.model.task",
          plan.model().task().token(),
          "a task of the family " + architecture.family(),
          "Choose another base model or task.");
    }
    return architecture;
  }
}
