package io.tributary.training.worker;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.message.JsonFields;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Fine-tune one round on one node's examples.
 *
 * @param assignment names run, round, attempt and node; round and node choose the random streams
 * @param plan resolved
 * @param base Hugging Face folder of the base model
 * @param trained canonical safetensors of the checkpoint's trained tensors
 * @param data the node's examples
 * @param stepsPerRound the S of the learning-rate schedule, fixed at the start of the run; 0: as
 *     many as this data gives
 * @param output existing folder in which the group files are written
 * @param device {@code auto}, {@code cpu}, {@code gpu:0} …
 * @param statistics canonical safetensors of the checkpoint's statistics; empty where the model has
 *     none, or those of the base are meant
 * @param control canonical safetensors of the checkpoint's controls; empty where the algorithm has
 *     none, or they are zero
 * @param kept folder with what the node kept with its last update that counted; empty: optimizer
 *     and algorithm start fresh
 */
public record TrainOrder(
    AssignmentId assignment,
    Plan plan,
    Path base,
    Path trained,
    DatasetSpec data,
    long stepsPerRound,
    Path output,
    String device,
    Optional<Path> statistics,
    Optional<Path> control,
    Optional<Path> kept) {
  public TrainOrder {
    requireNonNull(assignment, "assignment");
    requireNonNull(plan, "plan");
    requireNonNull(data, "data");
    requireNonNull(device, "device");
    statistics = statistics.map(Path::toAbsolutePath);
    base = base.toAbsolutePath();
    trained = trained.toAbsolutePath();
    output = output.toAbsolutePath();
    control = control.map(Path::toAbsolutePath);
    kept = kept.map(Path::toAbsolutePath);
  }

  /** An order that starts fresh, for a model without statistics or with the base's. */
  public TrainOrder(
      AssignmentId assignment,
      Plan plan,
      Path base,
      Path trained,
      DatasetSpec data,
      long stepsPerRound,
      Path output,
      String device) {
    this(
        assignment,
        plan,
        base,
        trained,
        data,
        stepsPerRound,
        output,
        device,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same order with a changed plan. */
  public TrainOrder withPlan(Plan other) {
    return new TrainOrder(
        assignment,
        other,
        base,
        trained,
        data,
        stepsPerRound,
        output,
        device,
        statistics,
        control,
        kept);
  }

  public JsonObject toJson() {
    var json =
        JsonValue.object()
            .put("assignment", assignment.toString())
            .put("plan", plan.toJson())
            .put("base", base.toString())
            .put("trained", trained.toString())
            .put("data", data.toJson())
            .put("steps-per-round", stepsPerRound)
            .put("output", output.toString())
            .put("device", device);
    statistics.ifPresent(file -> json.put("statistics", file.toString()));
    control.ifPresent(file -> json.put("control", file.toString()));
    kept.ifPresent(folder -> json.put("kept", folder.toString()));
    return json.build();
  }

  public static TrainOrder parse(JsonValue json) {
    var fields = JsonFields.of("train order", json);
    return new TrainOrder(
        AssignmentId.parse(fields.text("assignment")),
        Plan.parse(fields.value("plan").canonical()),
        fields.path("base"),
        fields.path("trained"),
        DatasetSpec.parse(fields.value("data")),
        fields.integer("steps-per-round"),
        fields.path("output"),
        fields.text("device"),
        path(fields, "statistics"),
        path(fields, "control"),
        path(fields, "kept"));
  }

  private static Optional<Path> path(JsonFields fields, String key) {
    return fields.has(key) ? Optional.of(fields.path(key)) : Optional.empty();
  }
}
