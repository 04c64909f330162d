package io.tributary.training.worker;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.message.JsonFields;
import java.nio.file.Path;

/**
 * Evaluate a checkpoint on labelled examples: on the validation part where the data declares one,
 * else on all of them.
 *
 * @param plan resolved
 * @param base Hugging Face folder of the base model
 * @param trained canonical safetensors of the checkpoint's trained tensors
 * @param device {@code auto}, {@code cpu}, {@code gpu0} …
 */
public record EvaluateOrder(Plan plan, Path base, Path trained, DatasetSpec data, String device) {
  public EvaluateOrder {
    requireNonNull(plan, "plan");
    requireNonNull(data, "data");
    requireNonNull(device, "device");
    base = base.toAbsolutePath();
    trained = trained.toAbsolutePath();
  }

  public JsonObject toJson() {
    return JsonValue.object()
        .put("plan", plan.toJson())
        .put("base", base.toString())
        .put("trained", trained.toString())
        .put("data", data.toJson())
        .put("device", device)
        .build();
  }

  public static EvaluateOrder parse(JsonValue json) {
    var fields = JsonFields.of("evaluate order", json);
    return new EvaluateOrder(
        Plan.parse(fields.value("plan").canonical()),
        fields.path("base"),
        fields.path("trained"),
        DatasetSpec.parse(fields.value("data")),
        fields.text("device"));
  }
}
