package io.tributary.training.model.mlp;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.training.model.Architecture;
import io.tributary.training.model.Head;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.LiveParameters;
import io.tributary.training.model.ModelConfig;
import io.tributary.training.model.PictureShape;
import io.tributary.training.model.Slot;
import io.tributary.training.torch.Script;
import io.tributary.training.torch.TorchScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A multi-layer perceptron over rows of numbers, or over the pixels of pictures: linear layers with
 * ReLU between them, named as {@code torch.nn.Sequential} names them. The head is the last linear
 * layer.
 *
 * @param pictures what pictures it takes; empty: rows
 * @param tables embeddings of columns of categories, whose numbers stand behind the row's own
 * @param widths inputs, then the outputs of every linear layer; the last is the head's
 */
record MlpArchitecture(
    Head head, Optional<PictureShape> pictures, List<CategoryTable> tables, List<Integer> widths)
    implements Architecture {
  MlpArchitecture {
    tables = List.copyOf(tables);
    widths = List.copyOf(widths);
  }

  static MlpArchitecture of(ModelConfig config, Head head) {
    String activation = config.text("activation", "relu");
    if (!activation.equals("relu")) {
      throw config.refusal("activation", activation, "relu");
    }
    List<CategoryTable> tables = CategoryTable.all(config);
    List<Integer> widths = new ArrayList<>();
    widths.add(config.size("in_features") + tables.stream().mapToInt(CategoryTable::width).sum());
    widths.addAll(config.sizes("hidden"));
    widths.add(head.outputs());
    if (widths.stream().anyMatch(width -> width < 1)) {
      throw config.refusal("hidden", widths, "widths >= 1");
    }
    return new MlpArchitecture(head, pictures(config), tables, widths);
  }

  /** {@code image_size} says that a row is a picture of so many pixels in height and width. */
  private static Optional<PictureShape> pictures(ModelConfig config) {
    if (config.find("image_size").isEmpty()) {
      return Optional.empty();
    }
    int size = config.size("image_size");
    int channels = config.size("num_channels", 1);
    long pixels = (long) channels * size * size;
    if (channels != 1 && channels != 3) {
      throw config.refusal("num_channels", channels, "1 or 3");
    }
    if (config.size("in_features") != pixels || !CategoryTable.all(config).isEmpty()) {
      throw config.refusal(
          "in_features", config.size("in_features"), pixels + " for pictures, and no categories");
    }
    return Optional.of(new PictureShape(channels, size, size));
  }

  /** Numbers of a row. */
  int features() {
    return widths.get(0) - tables.stream().mapToInt(CategoryTable::width).sum();
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
  public List<Slot> slots() {
    List<Slot> slots = new ArrayList<>();
    for (int column = 0; column < tables.size(); column++) {
      CategoryTable table = tables.get(column);
      slots.add(Slot.weight("embeddings." + column + ".weight", -1, table.rows(), table.width()));
    }
    for (int depth = 0; depth < layers(); depth++) {
      String name = String.valueOf(2 * depth);
      slots.add(Slot.weight(name + ".weight", depth, widths.get(depth + 1), widths.get(depth)));
      slots.add(Slot.plain(name + ".bias", depth, widths.get(depth + 1)));
    }
    slots.add(
        Slot.headWeight(output() + ".weight", layers(), head.outputs(), widths.get(layers())));
    slots.add(Slot.headBias(output() + ".bias", layers(), head.outputs()));
    return slots;
  }

  /** Its passes know no adapters. */
  @Override
  public boolean adaptable() {
    return false;
  }

  private String output() {
    return String.valueOf(2 * layers());
  }

  @Override
  public Set<String> outputParameters() {
    return Set.of(output() + ".weight", output() + ".bias");
  }

  @Override
  public boolean startsByFanIn() {
    return true;
  }

  @Override
  public Map<String, JsonValue> exportedConfig(JsonObject base) {
    Map<String, JsonValue> config = new TreeMap<>(base.fields());
    config.put("out_features", JsonValue.of(head.outputs()));
    return config;
  }

  @Override
  public Script script() {
    return Script.of(MlpArchitecture.class, "mlp.py");
  }

  @Override
  public LiveModel live(TorchScope scope, LiveParameters parameters, TrainPlan plan) {
    return new MlpModel(this, scope, parameters, plan.dropout().orElse(0));
  }
}
