package io.tributary.federation.plan;

import io.tributary.federation.Digest;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import io.tributary.federation.settings.Settings;
import java.util.HashSet;
import java.util.List;

/**
 * What is fine-tuned.
 *
 * @param base a folder in the file a person writes; the manifest digest of the base model once
 *     resolved
 * @param labels the label set, in the order of the model's outputs; for regression the names of the
 *     numbers; empty for language modelling
 * @param maxTokens the length at which texts are cut, special tokens included
 * @param multiLabel whether an example may have several labels, or none
 * @param packing how texts become examples of a language model
 */
public record ModelPlan(
    String base,
    Task task,
    List<String> labels,
    int maxTokens,
    boolean multiLabel,
    Packing packing) {
  private static final String VALUE = "value";

  public ModelPlan {
    labels = List.copyOf(labels);
  }

  /** A model whose texts are not packed. */
  public ModelPlan(String base, Task task, List<String> labels, int maxTokens, boolean multiLabel) {
    this(base, task, labels, maxTokens, multiLabel, Packing.NONE);
  }

  static ModelPlan read(Settings settings) {
    Task task = Task.read(settings, "task", Task.TEXT_CLASSIFICATION);
    boolean multiLabel = settings.flag("multi-label", false);
    if (multiLabel && task.output() != Task.Output.LABEL) {
      throw settings.refusal("multi-label", "true", "false for " + task.token());
    }
    return new ModelPlan(
        settings.text("base"),
        task,
        labels(settings, task, multiLabel),
        (int) settings.integer("max-tokens", 128, 2, 100_000),
        multiLabel,
        Packing.read(settings, "packing", task));
  }

  private static List<String> labels(Settings settings, Task task, boolean multiLabel) {
    boolean numbers = task.output() == Task.Output.NUMBERS;
    List<String> labels = settings.texts("labels", numbers ? List.of(VALUE) : List.of());
    if (task.output() == Task.Output.NEXT_TOKEN) {
      if (!labels.isEmpty()) {
        throw settings.refusal("labels", String.join(", ", labels), "none for " + task.token());
      }
      return labels;
    }
    int least = numbers || multiLabel ? 1 : 2;
    if (labels.size() < least || new HashSet<>(labels).size() != labels.size()) {
      throw settings.refusal(
          "labels",
          labels.isEmpty() ? "missing" : String.join(", ", labels),
          least == 1 ? "one or more different labels" : "two or more different labels");
    }
    return labels;
  }

  /** This with its base model named by digest. */
  ModelPlan withBase(Digest digest) {
    return new ModelPlan(digest.toString(), task, labels, maxTokens, multiLabel, packing);
  }

  public JsonObject toJson() {
    ObjectBuilder json =
        JsonValue.object()
            .put("base", base)
            .put("task", task.token())
            .put("labels", JsonValue.array(labels.stream().map(JsonValue::of).toList()))
            .put("max-tokens", maxTokens);
    if (multiLabel) {
      // only then: plans written before there was a choice keep their digest
      json.put("multi-label", true);
    }
    if (packing != Packing.NONE) {
      json.put("packing", packing.token());
    }
    return json.build();
  }
}
