package io.tributary.training.generate;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.training.message.JsonFields;
import java.nio.file.Path;
import java.util.List;

/**
 * Continue texts with a language model.
 *
 * @param plan resolved
 * @param base Hugging Face folder of the base model
 * @param trained canonical safetensors of the checkpoint's trained tensors
 * @param device {@code auto}, {@code cpu}, {@code gpu:0} …
 */
public record GenerateOrder(
    Plan plan,
    Path base,
    Path trained,
    List<Prompt> prompts,
    GenerationSettings settings,
    String device) {
  public GenerateOrder {
    requireNonNull(plan, "plan");
    requireNonNull(settings, "settings");
    requireNonNull(device, "device");
    base = base.toAbsolutePath();
    trained = trained.toAbsolutePath();
    prompts = List.copyOf(prompts);
  }

  public JsonObject toJson() {
    return JsonValue.object()
        .put("plan", plan.toJson())
        .put("base", base.toString())
        .put("trained", trained.toString())
        .put("prompts", JsonValue.array(prompts.stream().map(Prompt::toJson).toList()))
        .put("settings", settings.toJson())
        .put("device", device)
        .build();
  }

  public static GenerateOrder parse(JsonValue json) {
    var fields = JsonFields.of("generate order", json);
    return new GenerateOrder(
        Plan.parse(fields.value("plan").canonical()),
        fields.path("base"),
        fields.path("trained"),
        fields.items("prompts").stream().map(Prompt::parse).toList(),
        GenerationSettings.parse(fields.value("settings")),
        fields.text("device"));
  }
}
