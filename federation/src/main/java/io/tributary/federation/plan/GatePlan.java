package io.tributary.federation.plan;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;
import java.util.Optional;

/**
 * Limits of the gate beyond those that always hold.
 *
 * @param maxNorm largest L2 norm of an update's delta; empty: a multiple of its checkpoint's norm
 * @param maxExamples largest example count that counts as weight; larger counts are capped; empty:
 *     no cap
 */
public record GatePlan(Optional<Double> maxNorm, Optional<Long> maxExamples) {
  static GatePlan read(Settings settings) {
    return new GatePlan(
        settings.optionalNumber("max-norm", 1e-12, 1e18),
        settings.optionalInteger("max-examples", 1, Long.MAX_VALUE));
  }

  JsonObject toJson() {
    var json = JsonValue.object();
    maxNorm.ifPresent(norm -> json.put("max-norm", norm));
    maxExamples.ifPresent(examples -> json.put("max-examples", examples));
    return json.build();
  }
}
