package io.tributary.training.model.bert;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Task;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.training.model.Aliases;
import io.tributary.training.model.Architecture;
import io.tributary.training.model.ExportedConfig;
import io.tributary.training.model.Head;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.LiveParameters;
import io.tributary.training.model.ParameterSpec;
import io.tributary.training.model.ParameterSpec.StartValue;
import io.tributary.training.model.Slot;
import io.tributary.training.torch.Script;
import io.tributary.training.torch.TorchScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * BERT and its relatives with a head for whole texts or for tokens, as transformers' {@code
 * …ForSequenceClassification} and {@code …ForTokenClassification}: post-norm, learned positions.
 */
record BertArchitecture(BertNames names, Head head, BertShape shape, BertDropout dropout)
    implements Architecture {
  static final List<Task> TASKS =
      List.of(Task.TEXT_CLASSIFICATION, Task.TEXT_REGRESSION, Task.TOKEN_CLASSIFICATION);

  BertHead kind() {
    return BertHead.of(names, head);
  }

  @Override
  public String family() {
    return names.family();
  }

  @Override
  public int layers() {
    return shape.layers();
  }

  @Override
  public boolean mixes() {
    return true;
  }

  @Override
  public Optional<String> tokenTable() {
    return Optional.of(names.embeddings() + "word_embeddings.weight");
  }

  @Override
  public int longestText() {
    return shape.longestText();
  }

  @Override
  public int pad() {
    return shape.pad();
  }

  /**
   * What was saved without a head has no prefix, and checkpoints that were converted from
   * TensorFlow, {@code bert-base-uncased} among them, call the norms' parameters gamma and beta.
   */
  @Override
  public List<String> aliases(String name) {
    return Aliases.of(names.prefix(), name, tensorFlow(name));
  }

  private static String tensorFlow(String name) {
    return name.replace("LayerNorm.weight", "LayerNorm.gamma")
        .replace("LayerNorm.bias", "LayerNorm.beta");
  }

  @Override
  public Set<String> outputParameters() {
    return Set.copyOf(kind().outputParameters());
  }

  @Override
  public List<Slot> slots() {
    List<Slot> slots = new ArrayList<>();
    String embeddings = names.embeddings();
    int hidden = shape.hidden();
    slots.add(Slot.weight(embeddings + "word_embeddings.weight", -1, shape.vocabulary(), hidden));
    slots.add(
        Slot.weight(embeddings + "position_embeddings.weight", -1, shape.positions(), hidden));
    if (shape.types() > 0) {
      slots.add(
          Slot.weight(embeddings + "token_type_embeddings.weight", -1, shape.types(), hidden));
    }
    norm(slots, embeddings + "LayerNorm", -1);
    for (int layer = 0; layer < shape.layers(); layer++) {
      layer(slots, names.layer() + layer + ".", layer);
    }
    if (!kind().dense().isEmpty()) {
      top(slots, kind().dense(), hidden);
    }
    top(slots, kind().output(), head.outputs());
    return slots;
  }

  private void layer(List<Slot> slots, String name, int depth) {
    long hidden = shape.hidden();
    List<String> attention = names.attention().stream().map(name::concat).toList();
    List<ParameterSpec> weights = new ArrayList<>();
    List<ParameterSpec> biases = new ArrayList<>();
    for (String part : attention.subList(0, 3)) {
      weights.add(ParameterSpec.of(part + ".weight", depth, true, StartValue.NONE, hidden, hidden));
      biases.add(ParameterSpec.of(part + ".bias", depth, false, StartValue.NONE, hidden));
    }
    slots.add(new Slot(weights));
    slots.add(new Slot(biases));
    dense(slots, attention.get(3), depth, hidden, hidden);
    norm(slots, name + names.norms().get(0), depth);
    dense(slots, name + names.feedForward().get(0), depth, shape.inner(), hidden);
    dense(slots, name + names.feedForward().get(1), depth, hidden, shape.inner());
    norm(slots, name + names.norms().get(1), depth);
  }

  private static void dense(List<Slot> slots, String name, int depth, long out, long in) {
    slots.add(Slot.weight(name + ".weight", depth, out, in));
    slots.add(Slot.plain(name + ".bias", depth, out));
  }

  private void norm(List<Slot> slots, String name, int depth) {
    slots.add(Slot.plain(name + ".weight", depth, shape.hidden()));
    slots.add(Slot.plain(name + ".bias", depth, shape.hidden()));
  }

  private void top(List<Slot> slots, String name, long out) {
    slots.add(Slot.headWeight(name + ".weight", layers(), out, shape.hidden()));
    slots.add(Slot.headBias(name + ".bias", layers(), out));
  }

  @Override
  public Script script() {
    return Script.of(BertArchitecture.class, "bert.py");
  }

  @Override
  public LiveModel live(TorchScope scope, LiveParameters parameters, TrainPlan plan) {
    return new BertModel(this, scope, parameters, dropout.with(plan));
  }

  @Override
  public Map<String, JsonValue> exportedConfig(JsonObject base) {
    return ExportedConfig.of(
        base,
        head,
        names.model()
            + (head.task().perToken() ? "ForTokenClassification" : "ForSequenceClassification"));
  }
}
