package io.tributary.training.model.resnet;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.training.model.Activation;
import io.tributary.training.model.Aliases;
import io.tributary.training.model.Architecture;
import io.tributary.training.model.ExportedConfig;
import io.tributary.training.model.Head;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.LiveParameters;
import io.tributary.training.model.ModelConfig;
import io.tributary.training.model.PictureShape;
import io.tributary.training.model.SegmentedModel;
import io.tributary.training.model.Slot;
import io.tributary.training.torch.Script;
import io.tributary.training.torch.TorchScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * ResNet as transformers' {@code ResNetForImageClassification}. Each residual block is a layer; the
 * stem has the depth of embeddings. Batch norms of trained layers use the batch and move their
 * statistics; those of layers that are not trained use what they have and keep it.
 *
 * @param strided which convolution of a block has its stride
 */
record ResnetArchitecture(
    Head head,
    int channels,
    int embedding,
    List<ResnetBlock> blocks,
    int strided,
    Activation activation)
    implements Architecture {
  /** By how much a bottleneck is narrower than its ends. */
  static final int REDUCTION = 4;

  /** Slots of a convolution with its batch norm. */
  static final int UNIT_SLOTS = 6;

  private static final int STEM_KERNEL = 7;
  private static final String PREFIX = "resnet.";
  private static final String STEM = "resnet.embedder.embedder.";
  private static final String OUTPUT = "classifier.1";

  ResnetArchitecture {
    blocks = List.copyOf(blocks);
  }

  static ResnetArchitecture of(ModelConfig config, Head head) {
    List<Integer> widths = config.sizes("hidden_sizes", List.of(256, 512, 1024, 2048));
    List<Integer> depths = config.sizes("depths", List.of(3, 4, 6, 3));
    boolean bottleneck = isBottleneck(config);
    int embedding = config.size("embedding_size", 64);
    int channels = config.size("num_channels", 3);
    check(config, widths, depths, bottleneck);
    if (embedding < 1) {
      throw config.refusal("embedding_size", embedding, ">= 1");
    }
    if (channels != 1 && channels != 3) {
      throw config.refusal("num_channels", channels, "1 or 3");
    }
    int first = config.flag("downsample_in_first_stage", false) ? 2 : 1;
    boolean early = !bottleneck || config.flag("downsample_in_bottleneck", false);
    return new ResnetArchitecture(
        head,
        channels,
        embedding,
        ResnetBlock.all(embedding, widths, depths, bottleneck, first),
        early ? 0 : 1,
        Activation.of(config, "hidden_act", "relu"));
  }

  private static boolean isBottleneck(ModelConfig config) {
    String type = config.text("layer_type", "bottleneck");
    if (!List.of("basic", "bottleneck").contains(type)) {
      throw config.refusal("layer_type", type, "basic or bottleneck");
    }
    return type.equals("bottleneck");
  }

  private static void check(
      ModelConfig config, List<Integer> widths, List<Integer> depths, boolean bottleneck) {
    int least = bottleneck ? REDUCTION : 1;
    if (widths.isEmpty() || widths.stream().anyMatch(width -> width < least)) {
      throw config.refusal("hidden_sizes", widths, "one or more widths >= " + least);
    }
    if (depths.size() != widths.size() || depths.stream().anyMatch(depth -> depth < 1)) {
      throw config.refusal(
          "depths", depths, "a number >= 1 for each of hidden_sizes, " + widths.size());
    }
  }

  @Override
  public String family() {
    return "resnet";
  }

  @Override
  public int layers() {
    return blocks.size();
  }

  @Override
  public List<Slot> slots() {
    List<Slot> slots = new ArrayList<>();
    unit(slots, new ResnetBlock.Unit(STEM, channels, embedding, STEM_KERNEL), -1);
    for (int depth = 0; depth < blocks.size(); depth++) {
      for (ResnetBlock.Unit unit : blocks.get(depth).units()) {
        unit(slots, unit, depth);
      }
    }
    int width = blocks.get(blocks.size() - 1).outputs();
    slots.add(Slot.headWeight(OUTPUT + ".weight", layers(), head.outputs(), width));
    slots.add(Slot.headBias(OUTPUT + ".bias", layers(), head.outputs()));
    return slots;
  }

  private static void unit(List<Slot> slots, ResnetBlock.Unit unit, int depth) {
    String norm = unit.name() + "normalization.";
    long kernel = unit.kernel();
    slots.add(
        Slot.weight(
            unit.name() + "convolution.weight",
            depth,
            unit.outputs(),
            unit.inputs(),
            kernel,
            kernel));
    slots.add(Slot.plain(norm + "weight", depth, unit.outputs()));
    slots.add(Slot.plain(norm + "bias", depth, unit.outputs()));
    slots.add(Slot.statistic(norm + "running_mean", depth, unit.outputs()));
    slots.add(Slot.statistic(norm + "running_var", depth, unit.outputs()));
    slots.add(Slot.counter(norm + "num_batches_tracked", depth));
  }

  @Override
  public Set<String> outputParameters() {
    return Set.of(OUTPUT + ".weight", OUTPUT + ".bias");
  }

  /** A model that was saved without its head keeps its parameters without the prefix. */
  @Override
  public List<String> aliases(String name) {
    return Aliases.of(PREFIX, name, TorchvisionNames.of(name));
  }

  @Override
  public Optional<PictureShape> pictures() {
    return Optional.of(PictureShape.ofAnySize(channels));
  }

  @Override
  public Script script() {
    return Script.differentiated(ResnetArchitecture.class, "resnet.py");
  }

  @Override
  public LiveModel live(TorchScope scope, LiveParameters parameters, TrainPlan plan) {
    return new SegmentedModel(this, scope, parameters, new ResnetForm(this));
  }

  @Override
  public Map<String, JsonValue> exportedConfig(JsonObject base) {
    return ExportedConfig.of(base, head, "ResNetForImageClassification");
  }
}
