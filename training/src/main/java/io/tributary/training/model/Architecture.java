package io.tributary.training.model;

import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.PersonalPlan;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.federation.plan.TrainedPart;
import io.tributary.training.torch.Script;
import io.tributary.training.torch.TorchScope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The shape of a model with its head: which parameters it has, where they act, how it runs. */
public interface Architecture {
  /** The family's word, as {@code model_type} has it. */
  String family();

  Head head();

  /** How many layers lie between embeddings and head; the head has this depth. */
  int layers();

  /** The parameters in the order of the script's list. */
  List<Slot> slots();

  /**
   * Names of the parameters whose shape follows from the label set: they start anew for other
   * labels.
   */
  Set<String> outputParameters();

  /** Functions of the family, beside those that all have. */
  Script script();

  /**
   * This model, live, over the given parameters, whose scope has {@link #script}.
   *
   * @param plan dropout and loss
   */
  LiveModel live(TorchScope scope, LiveParameters parameters, TrainPlan plan);

  /** What {@code config.json} says of this model with its head, for an export. */
  Map<String, JsonValue> exportedConfig(JsonObject base);

  /**
   * The parameter whose rows are looked up by token and used nowhere else, if there is one: of it
   * only rows of tokens that occur are held.
   */
  default Optional<String> tokenTable() {
    return Optional.empty();
  }

  /** Names of parameters that act at other depths too than at their own, such as tied ones. */
  default Set<String> shared() {
    return Set.of();
  }

  /** How many tokens a text may have; 0 where there are no texts. */
  default int longestText() {
    return 0;
  }

  /** What pictures it takes; empty where it takes none. */
  default Optional<PictureShape> pictures() {
    return Optional.empty();
  }

  /**
   * What a layer keeps of each token so that the next ones need not see all again; empty for a
   * family whose script does not call {@code w.remembered}.
   */
  default Optional<KeyValueCache.Shape> cached() {
    return Optional.empty();
  }

  /** The token that fills up short texts; 0 where there are no texts. */
  default int pad() {
    return 0;
  }

  /**
   * Other names under which a base model may keep a parameter; tried in order after its own name.
   */
  default List<String> aliases(String name) {
    return List.of();
  }

  /**
   * Names under which files may hold a parameter a second time, such as a tied head, and the
   * parameter: with other values a file contradicts its configuration.
   */
  default Map<String, String> copies() {
    return Map.of();
  }

  /**
   * What PEFT calls a parameter or a module: the name that transformers has in memory, where it is
   * not the one that it writes.
   */
  default String peftName(String name) {
    return name;
  }

  /**
   * Whether low-rank adapters can sit on the linear modules: the script computes each of them by
   * {@code w.linear} or {@code w.linear_in_out}.
   */
  default boolean adaptable() {
    return true;
  }

  /** Whether gradients can be computed with products of matrices in bfloat16. */
  default boolean mixes() {
    return script().differentiated();
  }

  /** Whether a linear module's weight is stored (inputs, outputs), as {@code Conv1D} has it. */
  default boolean inOut(ParameterSpec weight) {
    return false;
  }

  /**
   * Whether a base that is drawn at random starts as PyTorch's layers do, weights and biases
   * uniform within 1 / sqrt(inputs), as networks without norms need it; else as BERT does.
   */
  default boolean startsByFanIn() {
    return false;
  }

  default List<ParameterSpec> parameters() {
    return slots().stream().flatMap(slot -> slot.parameters().stream()).toList();
  }

  default Map<String, ParameterSpec> byName() {
    return parameters().stream()
        .collect(Collectors.toMap(ParameterSpec::name, Function.identity()));
  }

  /** The depth from which on parameters are trained. */
  default int lowest(TrainedPart what) {
    if (what instanceof TrainedPart.Biases) {
      return parameters().stream()
          .filter(Architecture::startsAnewOrShifts)
          .filter(parameter -> parameter.role() == ParameterSpec.Role.TRAINED)
          .mapToInt(ParameterSpec::depth)
          .min()
          .orElse(layers());
    }
    if (what instanceof TrainedPart.LastLayers last) {
      return Math.max(0, layers() - last.count());
    }
    return what instanceof TrainedPart.Head ? layers() : -1;
  }

  /** Whether a parameter is trained, travels and is aggregated. */
  default boolean moves(ParameterSpec parameter, TrainedPart what) {
    if (what instanceof TrainedPart.Biases && !startsAnewOrShifts(parameter)) {
      return false;
    }
    return parameter.role() == ParameterSpec.Role.TRAINED && parameter.depth() >= lowest(what);
  }

  private static boolean startsAnewOrShifts(ParameterSpec parameter) {
    return parameter.name().endsWith(".bias") || parameter.start() != ParameterSpec.StartValue.NONE;
  }

  /**
   * Whether a parameter stays at its node: the head, or the batch norms with their statistics.
   *
   * @param plan what is personal
   */
  default boolean personal(ParameterSpec parameter, PersonalPlan plan) {
    if (plan.keepsHead()) {
      return parameter.depth() >= layers();
    }
    return plan instanceof PersonalPlan.FedBn && normed().contains(LinearModules.module(parameter));
  }

  /** The modules that have statistics. */
  private Set<String> normed() {
    return parameters().stream()
        .filter(parameter -> parameter.role() == ParameterSpec.Role.STATISTIC)
        .map(LinearModules::module)
        .collect(Collectors.toSet());
  }

  default List<TensorSpec> trained(TrainedPart what) {
    return parameters().stream()
        .filter(parameter -> moves(parameter, what))
        .map(ParameterSpec::tensor)
        .toList();
  }

  /** What changes beside the trained parameters: statistics and counters of the trained layers. */
  default List<TensorSpec> statistics(TrainedPart what) {
    return parameters().stream()
        .filter(parameter -> parameter.role() != ParameterSpec.Role.TRAINED)
        .filter(parameter -> parameter.depth() >= lowest(what))
        .map(ParameterSpec::tensor)
        .toList();
  }
}
