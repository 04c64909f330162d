package io.tributary.training.model;

import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;

/** Which tensors a plan trains: what moves, travels and is aggregated, all as float32. */
public final class TrainedLayout {
  private TrainedLayout() {}

  /** The layout of checkpoints and deltas of this plan. */
  public static Layout of(BaseModel base, Plan plan) {
    return Layout.of(architecture(base, plan).trained(plan.train().what()));
  }

  /** The model's shape under a plan; a task that the family can't do is refused. */
  static Architecture architecture(BaseModel base, Plan plan) {
    Encoder.check(plan.model());
    Architecture architecture = base.architecture(Head.of(plan.model()));
    if (architecture.trained(plan.train().what()).isEmpty()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "plan.train.what",
          plan.train().what().token(),
          "a part of this model that has parameters of its own",
          "Train more of it.");
    }
    if (plan.train().loop().recompute() && !architecture.script().differentiated()) {
      throw LiveModel.cannotRecompute("the family " + architecture.family());
    }
    return architecture;
  }
}
