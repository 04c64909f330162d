package io.tributary.training.model.gpt2;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Task;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.training.model.Activation;
import io.tributary.training.model.Aliases;
import io.tributary.training.model.Architecture;
import io.tributary.training.model.ExportedConfig;
import io.tributary.training.model.Head;
import io.tributary.training.model.KeyValueCache;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.LiveParameters;
import io.tributary.training.model.ModelConfig;
import io.tributary.training.model.ParameterSpec;
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
 * GPT-2 as transformers' {@code GPT2LMHeadModel} and {@code GPT2ForSequenceClassification}:
 * pre-norm, learned positions, weights stored (in, out). The norm after the last layer counts to
 * that layer. The head is the token table, which is then tied, or {@code score}.
 *
 * @param padding the token that fills up texts; -1 where the model has none
 * @param scale what attention scores are multiplied by
 * @param inverse whether they are divided by the number of the layer, too
 */
record Gpt2Architecture(
    Head head,
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int inner,
    int positions,
    int padding,
    boolean tied,
    Activation activation,
    double epsilon,
    double scale,
    boolean inverse,
    Gpt2Dropout dropout)
    implements Architecture {
  private static final String LANGUAGE_HEAD = "lm_head.weight";
  private static final String PREFIX = "transformer.";
  private static final int NONE = -1;
  private static final String TOKENS = "transformer.wte.weight";

  static Gpt2Architecture of(ModelConfig config, Head head) {
    int hidden = config.size("n_embd");
    int heads = config.size("n_head");
    int layers = config.size("n_layer");
    if (heads < 1 || hidden < 1 || hidden % heads != 0) {
      throw config.refusal("n_head", heads, "a divisor of n_embd " + hidden);
    }
    if (layers < 1) {
      throw config.refusal("n_layer", layers, ">= 1");
    }
    if (config.flag("add_cross_attention", false)) {
      throw config.refusal("add_cross_attention", true, "false");
    }
    return new Gpt2Architecture(
        head,
        config.size("vocab_size"),
        hidden,
        layers,
        heads,
        config.size("n_inner", 4 * hidden),
        config.size("n_positions"),
        config.find("pad_token_id").isPresent() ? config.size("pad_token_id") : NONE,
        config.flag("tie_word_embeddings", true),
        Activation.of(config, "activation_function", "gelu_new"),
        config.number("layer_norm_epsilon", 1e-5),
        config.flag("scale_attn_weights", true) ? Math.pow((double) hidden / heads, -0.5) : 1,
        config.flag("scale_attn_by_inverse_layer_idx", false),
        Gpt2Dropout.of(config));
  }

  @Override
  public String family() {
    return "gpt2";
  }

  boolean generates() {
    return head.task() == Task.CAUSAL_LANGUAGE_MODELLING;
  }

  boolean tiedHead() {
    return generates() && tied;
  }

  @Override
  public List<Slot> slots() {
    List<Slot> slots = new ArrayList<>();
    slots.add(Slot.weight(TOKENS, -1, vocabulary, hidden));
    slots.add(Slot.weight("transformer.wpe.weight", -1, positions, hidden));
    for (int layer = 0; layer < layers; layer++) {
      layer(slots, "transformer.h." + layer + ".", layer);
    }
    norm(slots, "transformer.ln_f", layers - 1);
    if (!generates()) {
      slots.add(Slot.headWeight("score.weight", layers, head.outputs(), hidden));
    } else if (!tied) {
      slots.add(Slot.weight(LANGUAGE_HEAD, layers, vocabulary, hidden));
    }
    return slots;
  }

  private void layer(List<Slot> slots, String name, int depth) {
    norm(slots, name + "ln_1", depth);
    inOut(slots, name + "attn.c_attn", depth, hidden, 3L * hidden);
    inOut(slots, name + "attn.c_proj", depth, hidden, hidden);
    norm(slots, name + "ln_2", depth);
    inOut(slots, name + "mlp.c_fc", depth, hidden, inner);
    inOut(slots, name + "mlp.c_proj", depth, inner, hidden);
  }

  private void norm(List<Slot> slots, String name, int depth) {
    slots.add(Slot.plain(name + ".weight", depth, hidden));
    slots.add(Slot.plain(name + ".bias", depth, hidden));
  }

  private static void inOut(List<Slot> slots, String name, int depth, long in, long out) {
    slots.add(Slot.weight(name + ".weight", depth, in, out));
    slots.add(Slot.plain(name + ".bias", depth, out));
  }

  /** All but the heads are {@code Conv1D}. */
  @Override
  public boolean inOut(ParameterSpec weight) {
    return weight.depth() >= 0 && weight.depth() < layers;
  }

  @Override
  public Set<String> outputParameters() {
    return generates() ? Set.of() : Set.of("score.weight");
  }

  @Override
  public Set<String> shared() {
    return tiedHead() ? Set.of(TOKENS) : Set.of();
  }

  @Override
  public Optional<String> tokenTable() {
    return tiedHead() ? Optional.empty() : Optional.of(TOKENS);
  }

  @Override
  public int longestText() {
    return positions;
  }

  @Override
  public Optional<KeyValueCache.Shape> cached() {
    return Optional.of(new KeyValueCache.Shape(heads, hidden / heads));
  }

  /** Any token does where the model has none for it: nothing attends to padding. */
  @Override
  public int pad() {
    return Math.max(0, padding);
  }

  /**
   * The hub's {@code gpt2} keeps its parameters without the prefix. A tied table may be there as
   * the head alone.
   */
  @Override
  public List<String> aliases(String name) {
    return tied && name.equals(TOKENS)
        ? Aliases.of(PREFIX, name, LANGUAGE_HEAD)
        : Aliases.of(PREFIX, name);
  }

  @Override
  public Map<String, String> copies() {
    return tied ? Map.of(LANGUAGE_HEAD, TOKENS) : Map.of();
  }

  @Override
  public Script script() {
    return Script.differentiated(Gpt2Architecture.class, "gpt2.py");
  }

  @Override
  public LiveModel live(TorchScope scope, LiveParameters parameters, TrainPlan plan) {
    return new SegmentedModel(this, scope, parameters, new Gpt2Form(this, dropout.with(plan)));
  }

  @Override
  public Map<String, JsonValue> exportedConfig(JsonObject base) {
    return ExportedConfig.of(
        base, head, generates() ? "GPT2LMHeadModel" : "GPT2ForSequenceClassification");
  }
}
