package io.tributary.training.model;

import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.AlgorithmPlan;
import io.tributary.federation.plan.LoraPlan;
import io.tributary.federation.plan.PersonalPlan;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Precision;
import io.tributary.federation.plan.TrainedPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which tensors a plan trains: what moves, travels and is aggregated, all as float32. */
public final class TrainedLayout {
  private TrainedLayout() {}

  /** The layout of checkpoints and deltas of this plan; without what is personal. */
  public static Layout of(BaseModel base, Plan plan) {
    Architecture architecture = architecture(base, plan);
    return part(architecture, architecture.trained(plan.train().what()), plan, false);
  }

  /** The layout of what changes beside the trained tensors and travels as values; may be empty. */
  public static Layout statistics(BaseModel base, Plan plan) {
    Architecture architecture = architecture(base, plan);
    return part(architecture, architecture.statistics(plan.train().what()), plan, false);
  }

  /** The layout of adapters' factors that are never trained: they are as at the start. */
  static Layout standing(BaseModel base, Plan plan) {
    return architecture(base, plan) instanceof AdaptedArchitecture adapted
        ? Layout.of(adapted.standing(plan.train().what()))
        : Layout.of(List.of());
  }

  /** The layout of what changes at a node and never leaves it, statistics included; or empty. */
  public static Layout personal(BaseModel base, Plan plan) {
    Architecture architecture = architecture(base, plan);
    List<TensorSpec> all = new ArrayList<>(architecture.trained(plan.train().what()));
    all.addAll(architecture.statistics(plan.train().what()));
    return part(architecture, all, plan, true);
  }

  private static Layout part(
      Architecture architecture, List<TensorSpec> all, Plan plan, boolean personal) {
    if (!plan.train().personal().keepsParts()) {
      return Layout.of(personal ? List.of() : all);
    }
    Set<String> kept = kept(architecture, plan);
    return Layout.of(
        all.stream().filter(tensor -> kept.contains(tensor.name()) == personal).toList());
  }

  private static Set<String> kept(Architecture architecture, Plan plan) {
    return architecture.parameters().stream()
        .filter(parameter -> architecture.personal(parameter, plan.train().personal()))
        .map(ParameterSpec::name)
        .collect(Collectors.toSet());
  }

  private static void checkPersonal(Architecture architecture, Plan plan) {
    if (plan.train().personal() instanceof PersonalPlan.Apfl
        && !architecture.statistics(plan.train().what()).isEmpty()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "plan.train.personal",
          "apfl",
          "another one for a model whose batch norms would follow both of its models",
          "Choose ditto.");
    }
    if (!plan.train().personal().keepsParts()) {
      return;
    }
    Set<String> kept = kept(architecture, plan);
    List<TensorSpec> trained = architecture.trained(plan.train().what());
    long own = trained.stream().filter(tensor -> kept.contains(tensor.name())).count();
    if (own == 0 || own == trained.size()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "plan.train.personal",
          plan.train().personal().name(),
          own == 0
              ? "a model that has " + what(plan) + " among what is trained"
              : "something trained beside " + what(plan),
          "Choose another one, or train more.");
    }
  }

  private static String what(Plan plan) {
    return plan.train().personal().keepsHead() ? "a head of its own" : "batch norms";
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
    checkPersonal(architecture, plan);
    checkFrozen(base, plan, architecture);
    if (plan.train().loop().recompute() && !architecture.script().differentiated()) {
      throw LiveModel.cannotRecompute("the family " + architecture.family());
    }
    if (plan.train().loop().precision() != Precision.F32 && !architecture.mixes()) {
      throw LiveModel.cannotMix("the family " + architecture.family());
    }
    if (plan.train().algorithm() instanceof AlgorithmPlan.Moon
        && !architecture.script().differentiated()) {
      throw LiveModel.cannotContrast("the family " + architecture.family());
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
    if (adapter.isPresent()) {
      checkRanks(lora.settings());
      checkSame(adapted, adapter.get().architecture(architecture));
    }
    return adapted;
  }

  /** A node of a smaller rank has no part of its own in a base that comes with an adapter. */
  private static void checkRanks(LoraPlan settings) {
    if (!settings.ranks().isEmpty()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "plan.train.lora.ranks",
          "given",
          "no ranks, since the base model comes with an adapter",
          "Leave the key out, or merge the adapter first.");
    }
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
    Layout standing =
        architecture instanceof AdaptedArchitecture adapted
            ? Layout.of(adapted.standing(plan.train().what()))
            : Layout.of(List.of());
    for (ParameterSpec parameter : architecture.parameters()) {
      if (parameter.role() == ParameterSpec.Role.TRAINED
          && standing.find(parameter.name()).isEmpty()
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
