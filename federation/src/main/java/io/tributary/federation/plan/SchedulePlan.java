package io.tributary.federation.plan;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;

/**
 * How the learning rate moves.
 *
 * @param warmUp share of the span's steps over which the rate rises from 0
 */
public record SchedulePlan(ScheduleName name, double warmUp, ScheduleSpan span) {
  static SchedulePlan read(Settings settings) {
    return new SchedulePlan(
        ScheduleName.read(settings, "name", ScheduleName.LINEAR),
        settings.number("warm-up", 0.06, 0, 1),
        ScheduleSpan.read(settings, "span", ScheduleSpan.RUN));
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("name", name.token())
        .put("warm-up", warmUp)
        .put("span", span.token())
        .build();
  }
}
