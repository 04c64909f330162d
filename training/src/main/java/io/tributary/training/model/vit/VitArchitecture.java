package io.tributary.training.model.vit;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.training.model.Aliases;
import io.tributary.training.model.Architecture;
import io.tributary.training.model.ExportedConfig;
import io.tributary.training.model.Head;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.LiveParameters;
import io.tributary.training.model.ModelConfig;
import io.tributary.training.model.ParameterSpec;
import io.tributary.training.model.ParameterSpec.StartValue;
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
 * The Vision Transformer as transformers' {@code ViTForImageClassification}: pre-norm, a class
 * token whose last state is classified. The norm after the last layer counts to that layer.
 */
record VitArchitecture(Head head, VitShape shape, VitDropout dropout) implements Architecture {
  private static final String PREFIX = "vit.";
  private static final List<String> PROJECTIONS = List.of("query", "key", "value");

  static VitArchitecture of(ModelConfig config, Head head) {
    return new VitArchitecture(head, VitShape.of(config), VitDropout.of(config));
  }

  @Override
  public String family() {
    return "vit";
  }

  @Override
  public int layers() {
    return shape.layers();
  }

  @Override
  public List<Slot> slots() {
    List<Slot> slots = new ArrayList<>();
    int hidden = shape.hidden();
    slots.add(Slot.weight("vit.embeddings.cls_token", -1, 1, 1, hidden));
    slots.add(
        Slot.weight("vit.embeddings.position_embeddings", -1, 1, shape.patches() + 1L, hidden));
    String patches = "vit.embeddings.patch_embeddings.projection.";
    slots.add(
        Slot.weight(
            patches + "weight",
            -1,
            hidden,
            shape.channels(),
            shape.patchHeight(),
            shape.patchWidth()));
    slots.add(Slot.plain(patches + "bias", -1, hidden));
    for (int layer = 0; layer < shape.layers(); layer++) {
      layer(slots, "vit.encoder.layer." + layer + ".", layer);
    }
    norm(slots, "vit.layernorm", shape.layers() - 1);
    slots.add(Slot.headWeight("classifier.weight", layers(), head.outputs(), hidden));
    slots.add(Slot.headBias("classifier.bias", layers(), head.outputs()));
    return slots;
  }

  private void layer(List<Slot> slots, String name, int depth) {
    int hidden = shape.hidden();
    String attention = name + "attention.attention.";
    norm(slots, name + "layernorm_before", depth);
    slots.add(projections(attention, ".weight", depth, true, hidden, hidden));
    if (shape.biased()) {
      slots.add(projections(attention, ".bias", depth, false, hidden));
    }
    linear(slots, name + "attention.output.dense", depth, hidden, hidden);
    norm(slots, name + "layernorm_after", depth);
    linear(slots, name + "intermediate.dense", depth, shape.inner(), hidden);
    linear(slots, name + "output.dense", depth, hidden, shape.inner());
  }

  private static Slot projections(
      String prefix, String suffix, int depth, boolean decays, long... size) {
    return new Slot(
        PROJECTIONS.stream()
            .map(
                name ->
                    ParameterSpec.of(prefix + name + suffix, depth, decays, StartValue.NONE, size))
            .toList());
  }

  private void norm(List<Slot> slots, String name, int depth) {
    slots.add(Slot.plain(name + ".weight", depth, shape.hidden()));
    slots.add(Slot.plain(name + ".bias", depth, shape.hidden()));
  }

  private static void linear(List<Slot> slots, String name, int depth, long out, long in) {
    slots.add(Slot.weight(name + ".weight", depth, out, in));
    slots.add(Slot.plain(name + ".bias", depth, out));
  }

  @Override
  public Set<String> outputParameters() {
    return Set.of("classifier.weight", "classifier.bias");
  }

  /** A model that was saved without its head keeps its parameters without the prefix. */
  @Override
  public List<String> aliases(String name) {
    return Aliases.of(PREFIX, name, peftName(name));
  }

  @Override
  public String peftName(String name) {
    return VitNames.inMemory(name);
  }

  @Override
  public Optional<PictureShape> pictures() {
    return Optional.of(new PictureShape(shape.channels(), shape.height(), shape.width()));
  }

  @Override
  public Script script() {
    return Script.differentiated(VitArchitecture.class, "vit.py");
  }

  @Override
  public LiveModel live(TorchScope scope, LiveParameters parameters, TrainPlan plan) {
    return new SegmentedModel(this, scope, parameters, new VitForm(this, dropout.with(plan)));
  }

  @Override
  public Map<String, JsonValue> exportedConfig(JsonObject base) {
    return ExportedConfig.of(base, head, "ViTForImageClassification");
  }
}
