package io.tributary.coordinator.round;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.util.Optional;

/**
 * One metric of a checkpoint.
 *
 * @param value finite
 * @param interval where it lies with 95 % confidence, where that is known
 */
public record MetricFigure(double value, Optional<Ends> interval) {
  /** Both ends of an interval, finite. */
  public record Ends(double low, double high) {}

  /** A figure without an interval. */
  public static MetricFigure of(double value) {
    return new MetricFigure(value, Optional.empty());
  }

  JsonObject toJson() {
    var json = JsonValue.object().put("value", value);
    interval.ifPresent(ends -> json.put("low", ends.low()).put("high", ends.high()));
    return json.build();
  }

  static MetricFigure parse(Fields fields) {
    return new MetricFigure(
        fields.real("value"),
        fields.has("low")
            ? Optional.of(new Ends(fields.real("low"), fields.real("high")))
            : Optional.empty());
  }
}
