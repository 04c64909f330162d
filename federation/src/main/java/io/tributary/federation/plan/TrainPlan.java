package io.tributary.federation.plan;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import io.tributary.federation.settings.Settings;
import java.util.OptionalDouble;

/**
 * How a node trains in one round.
 *
 * @param epochs passes over the node's examples
 * @param clipNorm largest global L2 norm of a gradient; 0 switches clipping off
 * @param dropout overrides the base model's rate; empty keeps it
 * @param threads of torch at a node; part of the plan because results depend on it
 * @param loss what training makes small
 */
public record TrainPlan(
    TrainedPart what,
    int epochs,
    int batchSize,
    OptimizerPlan optimizer,
    SchedulePlan schedule,
    double clipNorm,
    OptionalDouble dropout,
    int threads,
    LossPlan loss) {
  static TrainPlan read(Settings settings) {
    var dropout = settings.optionalNumber("dropout", 0, 0.95);
    return new TrainPlan(
        part(settings),
        (int) settings.integer("epochs", 1, 1, 10_000),
        (int) settings.integer("batch-size", 16, 1, 1_000_000),
        OptimizerPlan.read(settings.section("optimizer")),
        SchedulePlan.read(settings.section("schedule")),
        settings.number("clip-norm", 1.0, 0, 1e9),
        dropout.map(OptionalDouble::of).orElseGet(OptionalDouble::empty),
        (int) settings.integer("threads", 1, 1, 1_024),
        LossPlan.read(settings.section("loss")));
  }

  private static TrainedPart part(Settings settings) {
    TrainedPart part =
        settings.has("what") ? settings.parsed("what", TrainedPart::parse) : new TrainedPart.All();
    if (part instanceof TrainedPart.Lora) {
      return new TrainedPart.Lora(LoraPlan.read(settings.section("lora")));
    }
    if (settings.has("lora")) {
      throw settings.refusal("lora", "given", "no such section with what: " + part.token());
    }
    return part;
  }

  JsonObject toJson() {
    ObjectBuilder json =
        JsonValue.object()
            .put("what", what.token())
            .put("epochs", epochs)
            .put("batch-size", batchSize)
            .put("optimizer", optimizer.toJson())
            .put("schedule", schedule.toJson())
            .put("clip-norm", clipNorm)
            .put("threads", threads);
    if (what instanceof TrainedPart.Lora lora) {
      json.put("lora", lora.settings().toJson());
    }
    loss.toJson().ifPresent(section -> json.put("loss", section));
    dropout.ifPresent(rate -> json.put("dropout", rate));
    return json.build();
  }
}
