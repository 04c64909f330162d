package io.tributary.training.worker;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.training.data.Input;
import io.tributary.training.message.JsonFields;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Answer inputs as the plan's task has it.
 *
 * @param plan resolved
 * @param base Hugging Face folder of the base model
 * @param trained canonical safetensors of the checkpoint's trained tensors
 * @param inputs of one kind: texts, pairs of texts, sentences of words, pictures in files; or rows,
 *     whose categories may stand behind their numbers, by position
 * @param top how many labels are ranked for each input
 * @param device {@code auto}, {@code cpu}, {@code gpu:0} …
 * @param statistics canonical safetensors of the checkpoint's statistics; empty where the model has
 *     none, or those of the base are meant
 */
public record PredictOrder(
    Plan plan,
    Path base,
    Path trained,
    List<Input> inputs,
    int top,
    String device,
    Optional<Path> statistics) {
  public PredictOrder {
    requireNonNull(plan, "plan");
    requireNonNull(device, "device");
    statistics = statistics.map(Path::toAbsolutePath);
    base = base.toAbsolutePath();
    trained = trained.toAbsolutePath();
    inputs = List.copyOf(inputs);
    if (top < 1) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT, "top", top, ">= 1", "Ask for one label or more.");
    }
  }

  public JsonObject toJson() {
    var json =
        JsonValue.object()
            .put("plan", plan.toJson())
            .put("base", base.toString())
            .put("trained", trained.toString())
            .put("inputs", JsonValue.array(inputs.stream().map(InputMessage::of).toList()))
            .put("top", top)
            .put("device", device);
    statistics.ifPresent(file -> json.put("statistics", file.toString()));
    return json.build();
  }

  public static PredictOrder parse(JsonValue json) {
    var fields = JsonFields.of("predict order", json);
    return new PredictOrder(
        Plan.parse(fields.value("plan").canonical()),
        fields.path("base"),
        fields.path("trained"),
        fields.items("inputs").stream().map(InputMessage::parse).toList(),
        Math.toIntExact(fields.integer("top")),
        fields.text("device"),
        fields.has("statistics") ? Optional.of(fields.path("statistics")) : Optional.empty());
  }
}
