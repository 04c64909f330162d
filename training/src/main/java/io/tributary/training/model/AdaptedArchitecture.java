package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.LoraFactor;
import io.tributary.federation.plan.LoraPlan;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.federation.plan.TrainedPart;
import io.tributary.training.torch.Script;
import io.tributary.training.torch.TorchScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A model with low-rank adapters. Only A, B and the saved modules are trained and travel; their
 * slots come behind those of the model.
 *
 * @param saved names of the model's parameters that are trained as a whole
 */
record AdaptedArchitecture(
    Architecture model, LoraPlan settings, List<Adapter> adapters, Set<String> saved)
    implements Architecture {
  AdaptedArchitecture {
    requireNonNull(model, "model");
    requireNonNull(settings, "settings");
    adapters = List.copyOf(adapters);
    saved = Set.copyOf(saved);
    check(model, adapters, saved);
  }

  /**
   * The adapters that a plan asks for. What is saved because the plan names nothing to save gets no
   * adapter, though it is a target.
   *
   * @param missing which parameters the base model lacks
   */
  static AdaptedArchitecture of(
      Architecture model, LoraPlan settings, Predicate<ParameterSpec> missing) {
    Set<String> saved = saved(model, settings, missing);
    List<Adapter> adapters =
        LinearModules.chosen(model, settings.targets()).stream()
            .filter(weight -> settings.save().isPresent() || !saved.contains(weight.name()))
            .map(weight -> adapter(model, weight, settings.rank()))
            .toList();
    if (adapters.isEmpty()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "plan.train.lora.targets",
          String.join(", ", settings.targets()) + ", all of it trained as a whole",
          "a linear module that the head for your labels does not replace",
          "Choose others, or train.what: head.");
    }
    return new AdaptedArchitecture(model, settings, adapters, saved);
  }

  static Adapter adapter(Architecture model, ParameterSpec weight, int rank) {
    return new Adapter(LinearModules.module(weight), weight, model.inOut(weight), rank);
  }

  private static Set<String> saved(
      Architecture model, LoraPlan settings, Predicate<ParameterSpec> missing) {
    Set<String> saved = new TreeSet<>();
    if (settings.save().isEmpty()) {
      model.parameters().stream()
          .filter(p -> p.role() == ParameterSpec.Role.TRAINED)
          .filter(p -> model.outputParameters().contains(p.name()) || missing.test(p))
          .forEach(p -> saved.add(p.name()));
      return saved;
    }
    for (String name : settings.save().get()) {
      List<String> found =
          model.parameters().stream()
              .filter(p -> p.role() == ParameterSpec.Role.TRAINED)
              .filter(p -> LinearModules.saves(name, p))
              .map(ParameterSpec::name)
              .toList();
      if (found.isEmpty()) {
        throw refusal("\"" + name + "\"", "names that end a module's name in this model");
      }
      saved.addAll(found);
    }
    return saved;
  }

  /** All of a slot move or none, and what moves as a whole needs no adapter. */
  private static void check(Architecture model, List<Adapter> adapters, Set<String> saved) {
    for (Slot slot : model.slots()) {
      long moving = slot.parameters().stream().filter(p -> saved.contains(p.name())).count();
      if (moving > 0 && moving < slot.parameters().size()) {
        throw refusal(
            slot.parameters().get(0).name() + " without those it is computed with",
            "all of them or none");
      }
    }
    for (Adapter adapter : adapters) {
      if (saved.contains(adapter.weight().name())) {
        throw refusal(adapter.module(), "no module that is a target too");
      }
    }
  }

  private static FederationException refusal(String found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_CONFIG, "plan.train.lora.save", found, rule, "Mend the list.");
  }

  /** What is trained: A, B and the saved parameters. */
  List<ParameterSpec> moving() {
    return parameters().stream().filter(this::moves).toList();
  }

  private boolean moves(ParameterSpec parameter) {
    return saved.contains(parameter.name())
        || adapters.stream().anyMatch(adapter -> adapter.owns(parameter.name()));
  }

  double scaling() {
    return settings.scaling();
  }

  @Override
  public List<Slot> slots() {
    List<Slot> slots = new ArrayList<>(model.slots());
    adapters.forEach(adapter -> slots.addAll(adapter.slots()));
    return slots;
  }

  /** Where the adapters sit, for the script. */
  AdapterTable table() {
    return AdapterTable.of(model.slots(), adapters, settings);
  }

  @Override
  public boolean moves(ParameterSpec parameter, TrainedPart what) {
    Optional<LoraFactor> still =
        what instanceof TrainedPart.Lora lora ? lora.still() : Optional.empty();
    return moves(parameter) && (still.isEmpty() || !isFactor(parameter, still.get()));
  }

  private boolean isFactor(ParameterSpec parameter, LoraFactor factor) {
    return adapters.stream()
        .anyMatch(
            adapter ->
                parameter
                    .name()
                    .equals(factor == LoraFactor.A ? adapter.aName() : adapter.bName()));
  }

  /** Factors that stand still in every round: they lie in no checkpoint. */
  List<TensorSpec> standing(TrainedPart what) {
    return moving().stream().filter(p -> !moves(p, what)).map(ParameterSpec::tensor).toList();
  }

  @Override
  public int lowest(TrainedPart what) {
    return moving().stream().mapToInt(ParameterSpec::depth).min().orElse(layers());
  }

  @Override
  public String family() {
    return model.family();
  }

  @Override
  public Head head() {
    return model.head();
  }

  @Override
  public int layers() {
    return model.layers();
  }

  @Override
  public Set<String> outputParameters() {
    return model.outputParameters();
  }

  @Override
  public Set<String> shared() {
    return model.shared();
  }

  @Override
  public Optional<String> tokenTable() {
    return model.tokenTable();
  }

  @Override
  public int longestText() {
    return model.longestText();
  }

  @Override
  public int pad() {
    return model.pad();
  }

  @Override
  public Optional<PictureShape> pictures() {
    return model.pictures();
  }

  @Override
  public Optional<KeyValueCache.Shape> cached() {
    return model.cached();
  }

  @Override
  public boolean adaptable() {
    return model.adaptable();
  }

  @Override
  public boolean mixes() {
    return model.mixes();
  }

  @Override
  public boolean inOut(ParameterSpec weight) {
    return model.inOut(weight);
  }

  @Override
  public boolean startsByFanIn() {
    return model.startsByFanIn();
  }

  @Override
  public List<String> aliases(String name) {
    return model.aliases(name);
  }

  @Override
  public Map<String, String> copies() {
    return model.copies();
  }

  @Override
  public String peftName(String name) {
    return model.peftName(name);
  }

  @Override
  public Script script() {
    return model.script();
  }

  @Override
  public LiveModel live(TorchScope scope, LiveParameters parameters, TrainPlan plan) {
    return model.live(scope, parameters, plan);
  }

  @Override
  public Map<String, JsonValue> exportedConfig(JsonObject base) {
    return model.exportedConfig(base);
  }
}
