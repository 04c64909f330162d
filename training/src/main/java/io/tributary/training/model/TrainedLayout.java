package io.tributary.training.model;

import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.TrainedPart;
import java.util.List;
import java.util.Optional;

/** Which tensors a plan trains: what moves, travels and is aggregated, all as float32. */
public final class TrainedLayout {
  private TrainedLayout() {}

  /** The layout of checkpoints and deltas of this plan. */
  public static Layout of(BaseModel base, Plan plan) {
    return Layout.of(architecture(base, plan).trained(plan.train().what()));
  }

  /** The layout of what changes beside the trained tensors and travels as values; may be empty. */
  public static Layout statistics(BaseModel base, Plan plan) {
    return Layout.of(architecture(base, plan).statistics(plan.train().what()));
  }

  /** The model's shape under a plan; a task that the family can't do is refused. */
  static Architecture architecture(BaseModel base, Plan plan) {
    Architecture architecture = adapted(base, plan);
    if (architecture.trained(plan.train().what()).isEmpty()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "plan.train.what",
          plan.train().what().token(),
          "a part of this model that has parameters of its own",
          "Train more of it.");
    }
    checkFrozen(base, plan, architecture);
    if (plan.train().loop().recompute() && !architecture.script().differentiated()) {
      throw LiveModel.cannotRecompute("the family " + architecture.family());
    }
    return architecture;
  }

  private static Architecture adapted(BaseModel base, Plan plan) {
    Architecture architecture = base.architecture(Head.of(plan.model()));
    Optional<PeftFolder> adapter = base.adapter();
    if (!(plan.train().what() instanceof TrainedPart.Lora lora)) {
      if (adapter.isPresent()) {
        throw FederationException.of(
            ErrorKind.INVALID_CONFIG,
            "plan.train.what",
            plan.train().what().token(),
            "lora, since the base model comes with an adapter",
            "Or put the adapter into the model first, with `tributary model merge`.");
      }
      return architecture;
    }
    List<String> labels = plan.model().labels();
    AdaptedArchitecture adapted =
        AdaptedArchitecture.of(
            architecture,
            lora.settings(),
            parameter -> base.storedName(architecture, parameter, labels).isEmpty());
    adapter.ifPresent(given -> checkSame(adapted, given.architecture(architecture)));
    return adapted;
  }

  private static void checkSame(AdaptedArchitecture asked, AdaptedArchitecture given) {
    boolean same =
        asked.adapters().equals(given.adapters())
            && asked.saved().equals(given.saved())
            && asked.scaling() == given.scaling();
    if (!same) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "plan.train.lora",
          asked.settings().toJson().canonical(),
          "what the adapter has, " + given.settings().toJson().canonical(),
          "Leave the section out to go on with the adapter as it is.");
    }
  }

  /** What the base model lacks starts anew, and so has to be trained. */
  private static void checkFrozen(BaseModel base, Plan plan, Architecture architecture) {
    for (ParameterSpec parameter : architecture.parameters()) {
      if (parameter.role() == ParameterSpec.Role.TRAINED
          && !architecture.moves(parameter, plan.train().what())
          && base.storedName(architecture, parameter, plan.model().labels()).isEmpty()) {
        throw FederationException.of(
            ErrorKind.INVALID_CONFIG,
            "plan.train.lora.save",
            "without " + LinearModules.module(parameter),
            "every module that the base model lacks, or has for other labels",
            "Add it, or leave the key out.");
      }
    }
  }
}
