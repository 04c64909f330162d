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
import java.util.Set;
import java.util.TreeMap;

/**
 * BERT with a sequence classification head (Devlin et al., NAACL 2019), as transformers' {@code
 * BertForSequenceClassification}: post-norm, exact GELU, learned positions, a tanh pooler on the
 * first token. The head is pooler and classifier.
 */
record BertArchitecture(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int intermediate,
    int positions,
    int types,
    int labels,
    int pad,
    double epsilon,
    double hiddenDropout,
    double attentionDropout,
    double classifierDropout)
    implements Architecture {
  private static final String PREFIX = "bert.";
  private static final Set<String> EXACT_GELU = Set.of("gelu", "gelu_python");

  static BertArchitecture of(ModelConfig config, int labels) {
    String activation = config.text("hidden_act", "gelu");
    if (!EXACT_GELU.contains(activation)) {
      throw config.refusal("hidden_act", activation, "gelu");
    }
    String positions = config.text("position_embedding_type", "absolute");
    if (!positions.equals("absolute")) {
      throw config.refusal("position_embedding_type", positions, "absolute");
    }
    double dropout = config.number("hidden_dropout_prob", 0.1);
    int hidden = config.size("hidden_size");
    int heads = config.size("num_attention_heads");
    if (heads < 1 || hidden < 1 || hidden % heads != 0) {
      throw config.refusal("num_attention_heads", heads, "a divisor of hidden_size " + hidden);
    }
    return new BertArchitecture(
        config.size("vocab_size"),
        hidden,
        config.size("num_hidden_layers"),
        heads,
        config.size("intermediate_size"),
        config.size("max_position_embeddings"),
        config.size("type_vocab_size", 2),
        labels,
        config.size("pad_token_id", 0),
        config.number("layer_norm_eps", 1e-12),
        dropout,
        config.number("attention_probs_dropout_prob", 0.1),
        config.number("classifier_dropout", dropout));
  }

  @Override
  public String family() {
    return "bert";
  }

  @Override
  public Optional<String> tokenTable() {
    return Optional.of("bert.embeddings.word_embeddings.weight");
  }

  @Override
  public int longestText() {
    return positions;
  }

  @Override
  public List<String> aliases(String name) {
    return name.startsWith(PREFIX) ? List.of(name.substring(PREFIX.length())) : List.of();
  }

  @Override
  public List<Slot> slots() {
    List<Slot> slots = new ArrayList<>();
    String embeddings = "bert.embeddings.";
    slots.add(Slot.of(weight(embeddings + "word_embeddings", -1, vocabulary, hidden)));
    slots.add(Slot.of(weight(embeddings + "position_embeddings", -1, positions, hidden)));
    slots.add(Slot.of(weight(embeddings + "token_type_embeddings", -1, types, hidden)));
    norm(slots, embeddings, -1);
    for (int layer = 0; layer < layers; layer++) {
      layer(slots, "bert.encoder.layer." + layer + ".", layer);
    }
    head(slots, "bert.pooler.dense", hidden);
    head(slots, "classifier", labels);
    return slots;
  }

  private void layer(List<Slot> slots, String name, int depth) {
    String self = name + "attention.self.";
    slots.add(
        Slot.of(
            weight(self + "query", depth, hidden, hidden),
            weight(self + "key", depth, hidden, hidden),
            weight(self + "value", depth, hidden, hidden)));
    slots.add(
        Slot.of(
            bias(self + "query", depth, hidden),
            bias(self + "key", depth, hidden),
            bias(self + "value", depth, hidden)));
    dense(slots, name + "attention.output.dense", depth, hidden, hidden);
    norm(slots, name + "attention.output.", depth);
    dense(slots, name + "intermediate.dense", depth, intermediate, hidden);
    dense(slots, name + "output.dense", depth, hidden, intermediate);
    norm(slots, name + "output.", depth);
  }

  private static void dense(List<Slot> slots, String name, int depth, long out, long in) {
    slots.add(Slot.of(weight(name, depth, out, in)));
    slots.add(Slot.of(bias(name, depth, out)));
  }

  private void norm(List<Slot> slots, String name, int depth) {
    for (String part : List.of("LayerNorm.weight", "LayerNorm.bias")) {
      List<Long> shape = List.of((long) hidden);
      slots.add(Slot.of(new ParameterSpec(name + part, shape, depth, false, StartValue.NONE)));
    }
  }

  private void head(List<Slot> slots, String name, long out) {
    slots.add(
        Slot.of(
            new ParameterSpec(
                name + ".weight", List.of(out, (long) hidden), layers, true, StartValue.NORMAL)));
    slots.add(
        Slot.of(new ParameterSpec(name + ".bias", List.of(out), layers, false, StartValue.ZERO)));
  }

  private static ParameterSpec weight(String name, int depth, long rows, long columns) {
    return new ParameterSpec(
        name + ".weight", List.of(rows, columns), depth, true, StartValue.NONE);
  }

  private static ParameterSpec bias(String name, int depth, long size) {
    return new ParameterSpec(name + ".bias", List.of(size), depth, false, StartValue.NONE);
  }

  @Override
  public Map<String, JsonValue> exportedConfig(JsonObject base) {
    Map<String, JsonValue> config = new TreeMap<>(base.fields());
    config.put(
        "architectures", JsonValue.array(List.of(JsonValue.of("BertForSequenceClassification"))));
    config.put("problem_type", JsonValue.of("single_label_classification"));
    config.put("dtype", JsonValue.of("float32"));
    config.remove("torch_dtype");
    return config;
  }

  @Override
  public Classifier classifier(
      TorchScope scope, LiveParameters parameters, OptionalDouble dropout) {
    return new BertClassifier(this, scope, parameters, dropout);
  }
}
