package io.tributary.training.model;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.model.ParameterSpec.StartValue;
import io.tributary.training.torch.TorchScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * A multi-layer perceptron over rows of numbers: linear layers with ReLU between them, named as
 * {@code torch.nn.Sequential} names them. The head is the last linear layer.
 *
 * @param widths inputs, then the outputs of every linear layer; the last is the label count
 */
record MlpArchitecture(List<Integer> widths) implements Architecture {
  MlpArchitecture {
    widths = List.copyOf(widths);
  }

  static MlpArchitecture of(ModelConfig config, int labels) {
    String activation = config.text("activation", "relu");
    if (!activation.equals("relu")) {
      throw config.refusal("activation", activation, "relu");
    }
    List<Integer> widths = new ArrayList<>();
    widths.add(config.size("in_features"));
    widths.addAll(config.sizes("hidden"));
    widths.add(labels);
    if (widths.stream().anyMatch(width -> width < 1)) {
      throw config.refusal("hidden", widths, "widths >= 1");
    }
    return new MlpArchitecture(widths);
  }

  int inputs() {
    return widths.get(0);
  }

  @Override
  public String family() {
    return "mlp";
  }

  @Override
  public int layers() {
    return widths.size() - 2;
  }

  @Override
  public Optional<String> tokenTable() {
    return Optional.empty();
  }

  @Override
  public int longestText() {
    return 0;
  }

  @Override
  public int pad() {
    return 0;
  }

  @Override
  public List<String> aliases(String name) {
    return List.of();
  }

  @Override
  public List<Slot> slots() {
    List<Slot> slots = new ArrayList<>();
    for (int depth = 0; depth <= layers(); depth++) {
      long in = widths.get(depth);
      long out = widths.get(depth + 1);
      boolean head = depth == layers();
      String name = String.valueOf(2 * depth);
      slots.add(
          Slot.of(
              new ParameterSpec(
                  name + ".weight",
                  List.of(out, in),
                  depth,
                  true,
                  head ? StartValue.NORMAL : StartValue.NONE)));
      slots.add(
          Slot.of(
              new ParameterSpec(
                  name + ".bias",
                  List.of(out),
                  depth,
                  false,
                  head ? StartValue.ZERO : StartValue.NONE)));
    }
    return slots;
  }

  @Override
  public Map<String, JsonValue> exportedConfig(JsonObject base) {
    Map<String, JsonValue> config = new TreeMap<>(base.fields());
    config.put("out_features", JsonValue.of(widths.get(widths.size() - 1)));
    return config;
  }

  @Override
  public Classifier classifier(
      TorchScope scope, LiveParameters parameters, OptionalDouble dropout) {
    return new MlpClassifier(this, scope, parameters, dropout.orElse(0));
  }
}
