package io.tributary.training.finetune;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.training.model.Head;
import io.tributary.training.model.Inputs;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * A fine-tuning step that is measured: the same batch again and again, random weights and data.
 *
 * @param name also that of the script it can be held against
 * @param config of the base model
 * @param inputs the batch, of random examples
 */
public record TrainCase(
    String name,
    JsonObject config,
    Head head,
    TrainPlan plan,
    Function<RandomGenerator, Inputs> inputs) {
  public TrainCase {
    requireNonNull(name, "name");
    requireNonNull(config, "config");
    requireNonNull(head, "head");
    requireNonNull(plan, "plan");
    requireNonNull(inputs, "inputs");
  }
}
