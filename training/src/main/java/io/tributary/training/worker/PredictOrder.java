package io.tributary.training.worker;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.training.message.JsonFields;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Predict the labels of inputs: texts, rows of features or pictures, as the plan's task has it.
 *
 * @param plan resolved
 * @param base Hugging Face folder of the base model
 * @param trained canonical safetensors of the checkpoint's trained tensors
 * @param texts empty for a tabular task
 * @param rows of features, then the positions of categories where the model has such columns
 * @param pictures PNG or JPEG files of an image task
 * @param top how many labels are ranked for each input
 * @param device {@code auto}, {@code cpu}, {@code gpu:0} …
 * @param statistics canonical safetensors of the checkpoint's statistics; empty where the model has
 *     none, or those of the base are meant
 */
public record PredictOrder(
    Plan plan,
    Path base,
    Path trained,
    List<String> texts,
    List<List<Double>> rows,
    List<Path> pictures,
    int top,
    String device,
    Optional<Path> statistics) {
  public PredictOrder {
    requireNonNull(plan, "plan");
    requireNonNull(device, "device");
    statistics = statistics.map(Path::toAbsolutePath);
    base = base.toAbsolutePath();
    trained = trained.toAbsolutePath();
    texts = List.copyOf(texts);
    rows = rows.stream().map(List::copyOf).toList();
    pictures = pictures.stream().map(Path::toAbsolutePath).toList();
    if (top < 1) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT, "top", top, ">= 1", "Ask for one label or more.");
    }
  }

  /** An order for texts or rows, with the statistics of the base if the model has any. */
  public PredictOrder(
      Plan plan,
      Path base,
      Path trained,
      List<String> texts,
      List<List<Double>> rows,
      int top,
      String device) {
    this(plan, base, trained, texts, rows, List.of(), top, device, Optional.empty());
  }

  public JsonObject toJson() {
    var json =
        JsonValue.object()
            .put("plan", plan.toJson())
            .put("base", base.toString())
            .put("trained", trained.toString())
            .put("texts", JsonValue.array(texts.stream().map(JsonValue::of).toList()))
            .put("rows", JsonValue.array(rows.stream().map(PredictOrder::row).toList()))
            .put(
                "pictures",
                JsonValue.array(
                    pictures.stream().map(file -> JsonValue.of(file.toString())).toList()))
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
        fields.texts("texts"),
        fields.items("rows").stream().map(PredictOrder::row).toList(),
        fields.texts("pictures").stream().map(Path::of).toList(),
        Math.toIntExact(fields.integer("top")),
        fields.text("device"),
        fields.has("statistics") ? Optional.of(fields.path("statistics")) : Optional.empty());
  }

  private static JsonValue row(List<Double> row) {
    return JsonValue.array(row.stream().map(JsonFields::of).toList());
  }

  private static List<Double> row(JsonValue row) {
    return JsonFields.items("rows", row).stream()
        .map(item -> JsonFields.number("rows", item))
        .toList();
  }
}
