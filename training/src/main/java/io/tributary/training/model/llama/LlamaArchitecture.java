package io.tributary.training.model.llama;

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
import io.tributary.training.model.ParameterSpec.StartValue;
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
 * Llama and Qwen2 as transformers' {@code …ForCausalLM} and {@code …ForSequenceClassification}:
 * pre-norm by root mean square (Zhang and Sennrich, 2019), rotary positions, SwiGLU (Shazeer,
 * 2020). Query, key and value are one slot, gate and up one. The norm after the last layer counts
 * to that layer.
 *
 * @param padding the token that fills up texts; -1 where the model has none
 * @param dropout of attention, the only one that these models have
 */
record LlamaArchitecture(
    Head head,
    LlamaShape shape,
    Rope rope,
    int padding,
    boolean tied,
    Activation activation,
    double epsilon,
    double dropout)
    implements Architecture {
  private static final String LANGUAGE_HEAD = "lm_head.weight";
  private static final String PREFIX = "model.";
  private static final String TOKENS = "model.embed_tokens.weight";
  private static final int NONE = -1;

  static LlamaArchitecture of(ModelConfig config, Head head) {
    LlamaShape shape = LlamaShape.of(config);
    return new LlamaArchitecture(
        head,
        shape,
        Rope.of(config),
        padding(config, shape.vocabulary()),
        config.flag("tie_word_embeddings", false),
        Activation.of(config, "hidden_act", "silu"),
        config.number("rms_norm_eps", 1e-6),
        config.number("attention_dropout", 0));
  }

  /** Early conversions of Llama wrote -1, and a token beyond the vocabulary never occurs. */
  private static int padding(ModelConfig config, int vocabulary) {
    double padding = config.number("pad_token_id", NONE);
    return padding < 0 || padding >= vocabulary ? NONE : (int) padding;
  }

  @Override
  public String family() {
    return shape.type();
  }

  @Override
  public int layers() {
    return shape.layers();
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
    slots.add(Slot.weight(TOKENS, -1, shape.vocabulary(), shape.hidden()));
    for (int layer = 0; layer < layers(); layer++) {
      layer(slots, PREFIX + "layers." + layer + ".", layer);
    }
    slots.add(Slot.plain("model.norm.weight", layers() - 1, shape.hidden()));
    if (!generates()) {
      slots.add(Slot.headWeight("score.weight", layers(), head.outputs(), shape.hidden()));
    } else if (!tied) {
      slots.add(Slot.weight(LANGUAGE_HEAD, layers(), shape.vocabulary(), shape.hidden()));
    }
    return slots;
  }

  private void layer(List<Slot> slots, String name, int depth) {
    long queries = (long) shape.heads() * shape.width();
    long keys = (long) shape.groups() * shape.width();
    String attention = name + "self_attn.";
    slots.add(Slot.plain(name + "input_layernorm.weight", depth, shape.hidden()));
    matrices(
        slots,
        depth,
        shape.queryBias(),
        shape.hidden(),
        Map.entry(attention + "q_proj", queries),
        Map.entry(attention + "k_proj", keys),
        Map.entry(attention + "v_proj", keys));
    matrices(
        slots,
        depth,
        shape.outBias(),
        queries,
        Map.entry(attention + "o_proj", (long) shape.hidden()));
    slots.add(Slot.plain(name + "post_attention_layernorm.weight", depth, shape.hidden()));
    matrices(
        slots,
        depth,
        shape.innerBias(),
        shape.hidden(),
        Map.entry(name + "mlp.gate_proj", (long) shape.inner()),
        Map.entry(name + "mlp.up_proj", (long) shape.inner()));
    matrices(
        slots,
        depth,
        shape.innerBias(),
        shape.inner(),
        Map.entry(name + "mlp.down_proj", (long) shape.hidden()));
  }

  /** Matrices that take the same state, stacked, and behind them their biases. */
  @SafeVarargs
  private static void matrices(
      List<Slot> slots, int depth, boolean biased, long in, Map.Entry<String, Long>... outputs) {
    List<ParameterSpec> weights = new ArrayList<>();
    List<ParameterSpec> biases = new ArrayList<>();
    for (Map.Entry<String, Long> output : outputs) {
      String name = output.getKey();
      long out = output.getValue();
      weights.add(ParameterSpec.of(name + ".weight", depth, true, StartValue.NONE, out, in));
      biases.add(ParameterSpec.of(name + ".bias", depth, false, StartValue.NONE, out));
    }
    slots.add(new Slot(weights));
    if (biased) {
      slots.add(new Slot(biases));
    }
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
    return shape.positions();
  }

  @Override
  public Optional<KeyValueCache.Shape> cached() {
    return Optional.of(new KeyValueCache.Shape(shape.groups(), shape.width()));
  }

  /** Any token does where the model has none for it: nothing attends to padding. */
  @Override
  public int pad() {
    return Math.max(0, padding);
  }

  /** What was saved without a head has no prefix. A tied table may be there as the head alone. */
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
    return Script.differentiated(LlamaArchitecture.class, "llama.py");
  }

  @Override
  public LiveModel live(TorchScope scope, LiveParameters parameters, TrainPlan plan) {
    return new SegmentedModel(
        this, scope, parameters, new LlamaForm(this, plan.dropout().orElse(dropout)));
  }

  @Override
  public Map<String, JsonValue> exportedConfig(JsonObject base) {
    String word = shape.type().equals(LlamaShape.QWEN2) ? "Qwen2" : "Llama";
    return ExportedConfig.of(
        base, head, word + (generates() ? "ForCausalLM" : "ForSequenceClassification"));
  }
}
