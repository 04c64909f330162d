package io.tributary.training.model.torchscript;

import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.federation.plan.TrainedPart;
import io.tributary.training.model.Architecture;
import io.tributary.training.model.Head;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.LiveParameters;
import io.tributary.training.model.ModelConfig;
import io.tributary.training.model.PictureShape;
import io.tributary.training.model.Slot;
import io.tributary.training.model.TorchscriptFile;
import io.tributary.training.torch.Script;
import io.tributary.training.torch.TorchScope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A TorchScript file with its weights beside it, one safetensors tensor for each parameter.
 *
 * @param outputs scores for each example or token that its {@code forward} gives
 * @param pad the token that fills up short texts
 * @param longest tokens of a text; 0 where it takes none
 */
record TorchscriptArchitecture(
    Head head,
    Path file,
    List<Slot> slots,
    int outputs,
    int longest,
    int pad,
    Optional<PictureShape> pictures)
    implements Architecture {
  private static final int USUAL_LENGTH = 512;

  TorchscriptArchitecture {
    slots = List.copyOf(slots);
  }

  static TorchscriptArchitecture of(ModelConfig config, Head head) {
    Path file = config.folder().resolve(TorchscriptFile.NAME);
    if (!Files.isRegularFile(file)) {
      throw config.refusal(
          "model_type", "torchscript", "a file " + TorchscriptFile.NAME + " beside it");
    }
    String output = config.text("head", "");
    List<Slot> slots =
        config.weights().tensors().stream().map(tensor -> slot(config, tensor, output)).toList();
    return new TorchscriptArchitecture(
        head,
        file,
        slots,
        config.size("outputs"),
        config.size("max_position_embeddings", USUAL_LENGTH),
        config.size("pad_token_id", 0),
        pictures(config));
  }

  private static Slot slot(ModelConfig config, TensorSpec tensor, String head) {
    if (tensor.dtype() == DType.I64 || tensor.name().contains("running_")) {
      throw config.refusal(
          "weights",
          tensor.name(),
          "parameters alone: what a TorchScript file keeps beside them, such as batch norms'"
              + " statistics, can't be reached");
    }
    int depth = !head.isEmpty() && tensor.name().startsWith(head + ".") ? 1 : 0;
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    return shape.length > 1
        ? Slot.weight(tensor.name(), depth, shape)
        : Slot.plain(tensor.name(), depth, shape);
  }

  private static Optional<PictureShape> pictures(ModelConfig config) {
    if (config.find("num_channels").isEmpty()) {
      return Optional.empty();
    }
    int channels = config.size("num_channels");
    int side = config.size("image_size", 0);
    return Optional.of(new PictureShape(channels, side, side));
  }

  @Override
  public String family() {
    return "torchscript";
  }

  /** The head lies above one layer, which is all the rest. */
  @Override
  public int layers() {
    return 1;
  }

  @Override
  public Set<String> outputParameters() {
    return Set.of();
  }

  @Override
  public int longestText() {
    return longest;
  }

  @Override
  public boolean adaptable() {
    return false;
  }

  /** Asked before anything is trained: other labels would need another file. */
  @Override
  public List<TensorSpec> trained(TrainedPart what) {
    if (head.outputs() != outputs) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "plan.model.labels",
          head.outputs() + " outputs",
          outputs + ", as config.json says of " + TorchscriptFile.NAME,
          "Make the module's last layer as wide as the label set.");
    }
    return Architecture.super.trained(what);
  }

  @Override
  public Script script() {
    return Script.COMMON;
  }

  @Override
  public LiveModel live(TorchScope scope, LiveParameters parameters, TrainPlan plan) {
    return TorchscriptModel.open(this, scope, parameters, plan);
  }

  @Override
  public Map<String, JsonValue> exportedConfig(JsonObject base) {
    return new TreeMap<>(base.fields());
  }
}
