package io.tributary.training.finetune;

import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.plan.AlgorithmPlan;
import io.tributary.federation.plan.PersonalPlan;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.ModelValues;
import io.tributary.training.model.Trainable;
import io.tributary.training.torch.TorchScope;
import io.tributary.training.worker.TrainOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Opens the algorithm of a plan for one round at a node. */
final class LocalAlgorithms {
  private LocalAlgorithms() {}

  /**
   * Starts a round from what the order brings.
   *
   * @param model with the received numbers
   * @param values the same, as files
   * @param notes takes what a person at the site should know
   */
  static LocalAlgorithm open(
      TrainOrder order, LiveModel model, ModelValues values, List<String> notes)
      throws IOException {
    LocalAlgorithm algorithm = open(order, model, values.trained(), notes);
    return order.plan().train().personal() instanceof PersonalPlan.FedRep
        ? new FrozenParts(
            model.scope(), model.parameters().trainable(), values.personal(), algorithm)
        : algorithm;
  }

  private static LocalAlgorithm open(
      TrainOrder order, LiveModel model, Layout layout, List<String> notes) throws IOException {
    AlgorithmPlan plan = order.plan().train().algorithm();
    Optional<Path> kept =
        plan.keepsState() ? kept(order, KeptTensors.ALGORITHM, layout, notes) : Optional.empty();
    TorchScope scope = model.scope();
    Trainable trainable = model.parameters().trainable();
    if (order.plan().train().personal() instanceof PersonalPlan.Apfl apfl) {
      return mixture(order, apfl, model, layout, notes);
    }
    if (plan instanceof AlgorithmPlan.FedProx prox) {
      return new Proximal(scope, trainable, prox.mu());
    }
    if (plan instanceof AlgorithmPlan.Scaffold) {
      return new DriftCorrection(scope, trainable, layout, order.control(), kept);
    }
    if (plan instanceof AlgorithmPlan.FedDyn dyn) {
      return new DynamicRegulariser(scope, trainable, layout, kept, dyn.alpha());
    }
    if (plan instanceof AlgorithmPlan.Moon moon) {
      return new ModelContrast(model, layout, order.trained(), kept, moon);
    }
    return LocalAlgorithm.none();
  }

  private static LocalAlgorithm mixture(
      TrainOrder order, PersonalPlan.Apfl plan, LiveModel model, Layout layout, List<String> notes)
      throws IOException {
    return new Mixture(
        model.scope(),
        model.parameters().trainable(),
        order.plan().train().optimizer(),
        layout,
        kept(order, KeptTensors.OWN, layout, notes),
        plan.alpha(),
        plan.adaptive());
  }

  private static Optional<Path> kept(
      TrainOrder order, String name, Layout layout, List<String> notes) {
    KeptTensors.Found found = KeptTensors.find(order.kept(), name, layout);
    found
        .dropped()
        .ifPresent(
            why ->
                notes.add(
                    "what "
                        + (name.equals(KeptTensors.OWN)
                            ? order.plan().train().personal().name()
                            : order.plan().train().algorithm().name())
                        + " kept of the last round is dropped, since "
                        + why
                        + "; it starts from zero"));
    return found.file();
  }

  /**
   * Whether numbers that no batch touches stay as they are under the algorithm, but for what the
   * optimizer makes of them alone.
   */
  static boolean leavesOutUnused(TrainPlan plan) {
    if (plan.algorithm() instanceof AlgorithmPlan.FedProx && !plan.personal().hasOwnModel()) {
      return plan.optimizer().weightDecay() == 0;
    }
    return plan.algorithm() instanceof AlgorithmPlan.FedAvg && !plan.personal().hasOwnModel();
  }
}
