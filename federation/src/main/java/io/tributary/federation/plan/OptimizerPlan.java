package io.tributary.federation.plan;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import io.tributary.federation.settings.Settings;

/**
 * The optimizer at the nodes.
 *
 * @param learningRate peak rate, before the schedule's factor
 * @param weightDecay decay of weights; biases and norms never decay
 * @param momentum of {@code sgd} only
 * @param beta1 of {@code adamw}, {@code adam} and {@code adafactor} with a first moment: decay of
 *     the first moment
 * @param beta2 of {@code adamw} and {@code adam}: decay of the second moment
 * @param epsilon of {@code adamw} and {@code adam}: added to the root of the second moment
 * @param dampening of {@code sgd} only: share of a gradient that its momentum does not take
 * @param nesterov of {@code sgd} only: whether momentum looks ahead
 * @param adafactor of {@code adafactor} only
 */
public record OptimizerPlan(
    OptimizerName name,
    double learningRate,
    double weightDecay,
    double momentum,
    double beta1,
    double beta2,
    double epsilon,
    double dampening,
    boolean nesterov,
    AdafactorPlan adafactor) {
  /** An optimizer without what came later. */
  public OptimizerPlan(
      OptimizerName name,
      double learningRate,
      double weightDecay,
      double momentum,
      double beta1,
      double beta2,
      double epsilon) {
    this(
        name,
        learningRate,
        weightDecay,
        momentum,
        beta1,
        beta2,
        epsilon,
        0,
        false,
        AdafactorPlan.USUAL);
  }

  static OptimizerPlan read(Settings settings) {
    OptimizerName name = OptimizerName.read(settings, "name", OptimizerName.ADAMW);
    var plan =
        new OptimizerPlan(
            name,
            settings.number("learning-rate", 5e-5, 0, 1_000),
            settings.number("weight-decay", name == OptimizerName.ADAMW ? 0.01 : 0, 0, 1),
            settings.number("momentum", 0.9, 0, 0.999999),
            settings.number("beta1", 0.9, 0, 0.999999),
            settings.number("beta2", 0.999, 0, 0.999999),
            settings.number("epsilon", 1e-8, 1e-16, 1),
            settings.number("dampening", 0, 0, 1),
            settings.flag("nesterov", false),
            AdafactorPlan.read(settings.section("adafactor")));
    plan.check(settings);
    return plan;
  }

  private void check(Settings settings) {
    if (nesterov && (name != OptimizerName.SGD || momentum == 0 || dampening != 0)) {
      throw settings.refusal(
          "nesterov", "true", "false, or sgd with momentum and without dampening");
    }
    if (dampening != 0 && name != OptimizerName.SGD) {
      throw settings.refusal("dampening", dampening, "0 for " + name.token());
    }
    if (name != OptimizerName.ADAFACTOR && !adafactor.equals(AdafactorPlan.USUAL)) {
      throw settings.refusal("adafactor", "given", "no such section for " + name.token());
    }
  }

  /**
   * Whether decay acts on a parameter apart from the gradient. What such an optimizer makes of a
   * parameter without a gradient follows from the rates alone.
   */
  public boolean decoupled() {
    return name == OptimizerName.ADAMW;
  }

  JsonObject toJson() {
    ObjectBuilder json =
        JsonValue.object()
            .put("name", name.token())
            .put("learning-rate", learningRate)
            .put("weight-decay", weightDecay)
            .put("momentum", momentum)
            .put("beta1", beta1)
            .put("beta2", beta2)
            .put("epsilon", epsilon);
    // only where given: plans written before there was a choice keep their digest
    if (dampening != 0) {
      json.put("dampening", dampening);
    }
    if (nesterov) {
      json.put("nesterov", true);
    }
    if (!adafactor.equals(AdafactorPlan.USUAL)) {
      json.put("adafactor", adafactor.toJson());
    }
    return json.build();
  }
}
