package io.tributary.federation.plan;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import io.tributary.federation.settings.Settings;
import java.util.Optional;

/**
 * How a candidate is judged, on the coordinator's held-out selection part.
 *
 * @param metric the figure that names the best checkpoint
 * @param patience rounds without an improvement of {@code minDelta} after which the run ends;
 *     empty: never
 * @param target the figure at which the run ends; empty: none
 */
public record EvaluationPlan(
    ChosenMetric metric,
    Direction direction,
    Optional<Integer> patience,
    double minDelta,
    Optional<Double> target,
    int batchSize) {
  static EvaluationPlan read(Settings settings) {
    settings.choice("where", "central", java.util.List.of("central"));
    Settings choose = settings.section("choose");
    Settings stop = settings.section("stop");
    return new EvaluationPlan(
        ChosenMetric.read(choose, "metric", ChosenMetric.MACRO_F1),
        Direction.read(choose, "direction", Direction.MAXIMIZE),
        stop.optionalInteger("patience", 1, 1_000_000).map(Math::toIntExact),
        stop.number("min-delta", 0, 0, 1e9),
        stop.optionalNumber("target", -1e18, 1e18),
        (int) settings.integer("batch-size", 64, 1, 1_000_000));
  }

  JsonObject toJson() {
    ObjectBuilder stop = JsonValue.object().put("min-delta", minDelta);
    patience.ifPresent(rounds -> stop.put("patience", rounds));
    target.ifPresent(figure -> stop.put("target", figure));
    return JsonValue.object()
        .put("where", "central")
        .put(
            "choose",
            JsonValue.object()
                .put("metric", metric.token())
                .put("direction", direction.token())
                .build())
        .put("stop", stop.build())
        .put("batch-size", batchSize)
        .build();
  }
}
