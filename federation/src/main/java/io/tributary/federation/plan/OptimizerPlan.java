package io.tributary.federation.plan;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;

/**
 * The optimizer at the nodes; it starts fresh each round.
 *
 * @param learningRate peak rate, before the schedule's factor
 * @param weightDecay decay of weights; biases and norms never decay
 * @param momentum of {@code sgd} only
 * @param beta1 of {@code adamw} only: decay of the first moment
 * @param beta2 of {@code adamw} only: decay of the second moment
 * @param epsilon of {@code adamw} only: added to the root of the second moment
 */
public record OptimizerPlan(
    OptimizerName name,
    double learningRate,
    double weightDecay,
    double momentum,
    double beta1,
    double beta2,
    double epsilon) {
  static OptimizerPlan read(Settings settings) {
    return new OptimizerPlan(
        OptimizerName.read(settings, "name", OptimizerName.ADAMW),
        settings.number("learning-rate", 5e-5, 0, 1_000),
        settings.number("weight-decay", 0.01, 0, 1),
        settings.number("momentum", 0.9, 0, 0.999999),
        settings.number("beta1", 0.9, 0, 0.999999),
        settings.number("beta2", 0.999, 0, 0.999999),
        settings.number("epsilon", 1e-8, 1e-16, 1));
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("name", name.token())
        .put("learning-rate", learningRate)
        .put("weight-decay", weightDecay)
        .put("momentum", momentum)
        .put("beta1", beta1)
        .put("beta2", beta2)
        .put("epsilon", epsilon)
        .build();
  }
}
