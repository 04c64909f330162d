package io.tributary.federation.plan;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;

/**
 * When a node ends its work on a round early, judged on the site's own validation part. What it
 * sends are the weights that were best.
 *
 * @param patience how many validations in a row may bring no improvement of more than {@code
 *     minDelta}
 * @param every validates after this many steps; 0: after each epoch
 */
public record EarlyStopPlan(
    Metric metric, Direction direction, int patience, double minDelta, long every) {
  public EarlyStopPlan {
    requireNonNull(metric, "metric");
    requireNonNull(direction, "direction");
  }

  static EarlyStopPlan read(Settings settings, ModelPlan model) {
    Metric metric = settings.has("metric") ? EvaluationPlan.chosen(settings, model) : Metric.LOSS;
    return new EarlyStopPlan(
        metric,
        EvaluationPlan.direction(
            settings, metric, settings.has("metric") ? Direction.MAXIMIZE : metric.direction()),
        (int) settings.integer("patience", 1, 1, 1_000_000),
        settings.number("min-delta", 0, 0, 1e9),
        settings.integer("every", 0, 0, Integer.MAX_VALUE));
  }

  /** How much better one figure is than another; not a number counts as endlessly bad. */
  public double gain(double from, double to) {
    if (Double.isNaN(to)) {
      return Double.NEGATIVE_INFINITY;
    }
    if (Double.isNaN(from)) {
      return Double.POSITIVE_INFINITY;
    }
    return direction == Direction.MAXIMIZE ? to - from : from - to;
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("metric", metric.token())
        .put("direction", direction.token())
        .put("patience", patience)
        .put("min-delta", minDelta)
        .put("every", every)
        .build();
  }
}
