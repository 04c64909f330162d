package io.tributary.training.worker;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.message.JsonFields;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Evaluate a checkpoint on labelled examples: on the validation part where the data declares one,
 * else on all of them.
 *
 * @param plan resolved
 * @param base Hugging Face folder of the base model
 * @param trained canonical safetensors of the checkpoint's trained tensors
 * @param device {@code auto}, {@code cpu}, {@code gpu:0} …
 * @param statistics canonical safetensors of the checkpoint's statistics; empty where the model has
 *     none, or those of the base are meant
 */
public record EvaluateOrder(
    Plan plan,
    Path base,
    Path trained,
    DatasetSpec data,
    String device,
    Optional<Path> statistics) {
  public EvaluateOrder {
    requireNonNull(plan, "plan");
    requireNonNull(data, "data");
    requireNonNull(device, "device");
    statistics = statistics.map(Path::toAbsolutePath);
    base = base.toAbsolutePath();
    trained = trained.toAbsolutePath();
  }

  /** The same for a model without statistics, or with those of the base. */
  public EvaluateOrder(Plan plan, Path base, Path trained, DatasetSpec data, String device) {
    this(plan, base, trained, data, device, Optional.empty());
  }

  public JsonObject toJson() {
    var json =
        JsonValue.object()
            .put("plan", plan.toJson())
            .put("base", base.toString())
            .put("trained", trained.toString())
            .put("data", data.toJson())
            .put("device", device);
    statistics.ifPresent(file -> json.put("statistics", file.toString()));
    return json.build();
  }

  public static EvaluateOrder parse(JsonValue json) {
    var fields = JsonFields.of("evaluate order", json);
    return new EvaluateOrder(
        Plan.parse(fields.value("plan").canonical()),
        fields.path("base"),
        fields.path("trained"),
        DatasetSpec.parse(fields.value("data")),
        fields.text("device"),
        fields.has("statistics") ? Optional.of(fields.path("statistics")) : Optional.empty());
  }
}
