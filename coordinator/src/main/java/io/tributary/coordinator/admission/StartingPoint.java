package io.tributary.coordinator.admission;

import io.tributary.aggregation.tensor.Layout;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.ModelPlan;
import io.tributary.federation.plan.Plan;
import java.util.List;

/** Whether a run may go on from a checkpoint: its numbers must mean the same under the new plan. */
final class StartingPoint {
  private StartingPoint() {}

  /** Refuses another task, other labels or another order of them, and another base model. */
  static void check(Plan plan, CheckpointChoice chosen) {
    ModelPlan now = plan.model();
    ModelPlan then = chosen.of().plan().model();
    if (now.task() != then.task()) {
      throw refusal("model.task", now.task().token(), then.task().token(), chosen);
    }
    if (!now.labels().equals(then.labels())) {
      boolean sorted = now.labels().stream().sorted().toList().equals(sorted(then));
      throw refusal(
          "model.labels",
          sorted ? "the same in another order" : now.labels().size() + " others",
          "the checkpoint's " + then.labels().size() + " labels in their order",
          chosen);
    }
    String base = chosen.of().spec().base().digest().toString();
    if (!now.base().equals(base)) {
      throw refusal("model.base", now.base(), base, chosen);
    }
  }

  /** Refuses another trained layout: what moves, or a head of another size. */
  static void check(Layout layout, Plan plan, CheckpointChoice chosen) {
    RunSpec then = chosen.of().spec();
    boolean same = then.groups().stream().anyMatch(group -> group.layout().equals(layout.digest()));
    if (!same) {
      throw refusal(
          "train.what", plan.train().what().token(), then.plan().train().what().token(), chosen);
    }
  }

  private static List<String> sorted(ModelPlan plan) {
    return plan.labels().stream().sorted().toList();
  }

  private static FederationException refusal(
      String key, Object found, String rule, CheckpointChoice chosen) {
    return FederationException.of(
        ErrorKind.REFUSED,
        key,
        found,
        rule + ", as in checkpoint " + chosen.id(),
        "Change the plan, or start without --from.");
  }
}
