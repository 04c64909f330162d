package io.tributary.federation.plan;

import io.tributary.federation.TimeSpan;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;
import java.time.Duration;

/**
 * How long a round waits, counted in the coordinator's serving time.
 *
 * @param recruit for enough nodes to draw a cohort
 * @param round for the cohort's updates, from the assignments on
 */
public record DeadlinesPlan(Duration recruit, Duration round) {
  static DeadlinesPlan read(Settings settings) {
    return new DeadlinesPlan(
        settings.duration("recruit", Duration.ofMinutes(2)),
        settings.duration("round", Duration.ofMinutes(30)));
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("recruit", TimeSpan.format(recruit))
        .put("round", TimeSpan.format(round))
        .build();
  }
}
