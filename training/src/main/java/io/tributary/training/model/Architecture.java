package io.tributary.training.model;

import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.TrainedPart;
import io.tributary.training.torch.TorchScope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The shape of a model with its head: which parameters it has and where they act. */
sealed interface Architecture permits BertArchitecture, MlpArchitecture {
  /** The family's word, as {@code model_type} has it. */
  String family();

  /** How many layers lie between embeddings and head; the head has this depth. */
  int layers();

  /** The parameters in the order of the script's list. */
  List<Slot> slots();

  /** The parameter whose rows are looked up by token, if there is one. */
  Optional<String> tokenTable();

  /** How many tokens a text may have; 0 where there are no texts. */
  int longestText();

  /** The token that fills up short texts; 0 where there are no texts. */
  int pad();

  /**
   * Other names under which a base model may keep a parameter; tried in order after its own name.
   */
  List<String> aliases(String name);

  /** What {@code config.json} says of this model with its head, for an export. */
  Map<String, JsonValue> exportedConfig(JsonObject base);

  /** This model, live, over the given parameters. */
  Classifier classifier(TorchScope scope, LiveParameters parameters, OptionalDouble dropout);

  default List<ParameterSpec> parameters() {
    return slots().stream().flatMap(slot -> slot.parameters().stream()).toList();
  }

  default Map<String, ParameterSpec> byName() {
    return parameters().stream()
        .collect(Collectors.toMap(ParameterSpec::name, Function.identity()));
  }

  /** The depth from which on parameters are trained. */
  default int lowest(TrainedPart what) {
    if (what instanceof TrainedPart.LastLayers last) {
      return Math.max(0, layers() - last.count());
    }
    return what instanceof TrainedPart.Head ? layers() : -1;
  }

  default List<TensorSpec> trained(TrainedPart what) {
    int lowest = lowest(what);
    return parameters().stream()
        .filter(parameter -> parameter.depth() >= lowest)
        .map(ParameterSpec::tensor)
        .toList();
  }
}
