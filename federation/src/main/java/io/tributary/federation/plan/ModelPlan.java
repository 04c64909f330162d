package io.tributary.federation.plan;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;
import java.util.HashSet;
import java.util.List;

/**
 * What is fine-tuned.
 *
 * @param base a folder in the file a person writes; the manifest digest of the base model once
 *     resolved
 * @param labels the label set, in the order of the model's outputs
 * @param maxTokens the length at which texts are cut, special tokens included
 */
public record ModelPlan(String base, Task task, List<String> labels, int maxTokens) {
  public ModelPlan {
    labels = List.copyOf(labels);
  }

  static ModelPlan read(Settings settings) {
    List<String> labels = settings.texts("labels", List.of());
    if (labels.size() < 2 || new HashSet<>(labels).size() != labels.size()) {
      throw settings.refusal(
          "labels",
          labels.isEmpty() ? "missing" : String.join(", ", labels),
          "two or more different labels");
    }
    return new ModelPlan(
        settings.text("base"),
        Task.read(settings, "task", Task.TEXT_CLASSIFICATION),
        labels,
        (int) settings.integer("max-tokens", 128, 2, 100_000));
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("base", base)
        .put("task", task.token())
        .put("labels", JsonValue.array(labels.stream().map(JsonValue::of).toList()))
        .put("max-tokens", maxTokens)
        .build();
  }
}
