package io.tributary.training.model.lenet;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.training.model.Architecture;
import io.tributary.training.model.Head;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.LiveParameters;
import io.tributary.training.model.ModelConfig;
import io.tributary.training.model.Slot;
import io.tributary.training.torch.Script;
import io.tributary.training.torch.TorchScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Convolutions, each followed by ReLU and the largest of each two by two, then linear layers with
 * ReLU between them; named as {@code torch.nn.Sequential} names them. The head is the last linear
 * layer.
 *
 * @param widths numbers of a picture behind the convolutions, then the outputs of every linear
 *     layer; the last is the head's
 */
record LenetArchitecture(Head head, List<Convolution> convolutions, List<Integer> widths)
    implements Architecture {
  /** Places that a convolution, ReLU and the pooling take in a sequence. */
  private static final int PLACES = 3;

  LenetArchitecture {
    convolutions = List.copyOf(convolutions);
    widths = List.copyOf(widths);
  }

  static LenetArchitecture of(ModelConfig config, Head head) {
    List<Convolution> convolutions = convolutions(config);
    List<Integer> widths = new ArrayList<>();
    Convolution last = convolutions.get(convolutions.size() - 1);
    widths.add(last.outputs() * last.pooled() * last.pooled());
    widths.addAll(config.sizes("hidden_sizes", List.of(120, 84)));
    if (widths.stream().anyMatch(width -> width < 1)) {
      throw config.refusal("hidden_sizes", widths.subList(1, widths.size()), "widths >= 1");
    }
    widths.add(head.outputs());
    return new LenetArchitecture(head, convolutions, widths);
  }

  private static List<Convolution> convolutions(ModelConfig config) {
    int kernel = config.size("kernel_size", 5);
    int size = config.size("image_size", 28);
    int inputs = config.size("num_channels", 1);
    if (inputs != 1 && inputs != 3) {
      throw config.refusal("num_channels", inputs, "1 or 3");
    }
    if (config.size("padding", 0) != 0) {
      throw config.refusal("padding", config.size("padding"), "0");
    }
    List<Convolution> convolutions = new ArrayList<>();
    for (int outputs : config.sizes("conv_channels", List.of(6, 16))) {
      var one = new Convolution(inputs, outputs, kernel, size);
      if (kernel < 1 || outputs < 1 || one.wide() < 2 || one.wide() % 2 != 0) {
        throw config.refusal(
            "image_size",
            config.size("image_size", 28) + ", " + size + " before a convolution of " + kernel,
            "sizes that a convolution leaves even, of conv_channels >= 1");
      }
      convolutions.add(one);
      inputs = outputs;
      size = one.pooled();
    }
    if (convolutions.isEmpty()) {
      throw config.refusal("conv_channels", "[]", "one or more");
    }
    return convolutions;
  }

  @Override
  public String family() {
    return "lenet";
  }

  @Override
  public int layers() {
    return convolutions.size() + widths.size() - 2;
  }

  @Override
  public List<Slot> slots() {
    List<Slot> slots = new ArrayList<>();
    for (int depth = 0; depth < convolutions.size(); depth++) {
      Convolution one = convolutions.get(depth);
      String name = String.valueOf(PLACES * depth);
      slots.add(
          Slot.weight(
              name + ".weight", depth, one.outputs(), one.inputs(), one.kernel(), one.kernel()));
      slots.add(Slot.plain(name + ".bias", depth, one.outputs()));
    }
    for (int layer = 0; layer < widths.size() - 2; layer++) {
      int depth = convolutions.size() + layer;
      slots.add(
          Slot.weight(dense(layer) + ".weight", depth, widths.get(layer + 1), widths.get(layer)));
      slots.add(Slot.plain(dense(layer) + ".bias", depth, widths.get(layer + 1)));
    }
    int width = widths.get(widths.size() - 2);
    slots.add(Slot.headWeight(output() + ".weight", layers(), head.outputs(), width));
    slots.add(Slot.headBias(output() + ".bias", layers(), head.outputs()));
    return slots;
  }

  /**
   * Behind the convolutions stands one place that flattens; then each second has a linear layer.
   */
  private String dense(int layer) {
    return String.valueOf(PLACES * convolutions.size() + 1 + 2 * layer);
  }

  private String output() {
    return dense(widths.size() - 2);
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
    return Script.of(LenetArchitecture.class, "lenet.py");
  }

  @Override
  public LiveModel live(TorchScope scope, LiveParameters parameters, TrainPlan plan) {
    return new LenetModel(this, scope, parameters, plan.dropout().orElse(0));
  }
}
