package io.tributary.federation.plan;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;

/**
 * What {@code adafactor} has beside a rate and decay (Shazeer and Stern, ICML 2018). The rate is
 * always the plan's; the paper's relative steps are not used.
 *
 * @param clipThreshold root mean square of an update above which it is scaled down (section 6)
 * @param decayRate d in beta2 = 1 - step^-d (section 7.2)
 * @param scaleParameter whether the rate is multiplied by the root mean square of a parameter, at
 *     least 0.001 (section 8)
 * @param firstMoment whether updates are averaged with {@code beta1}
 */
public record AdafactorPlan(
    double clipThreshold, double decayRate, boolean scaleParameter, boolean firstMoment) {
  /** What a plan without the section has. */
  public static final AdafactorPlan USUAL = new AdafactorPlan(1, 0.8, false, false);

  static AdafactorPlan read(Settings settings) {
    return new AdafactorPlan(
        settings.number("clip-threshold", USUAL.clipThreshold, 1e-6, 1e6),
        settings.number("decay-rate", USUAL.decayRate, 0.01, 10),
        settings.flag("scale-parameter", USUAL.scaleParameter),
        settings.flag("first-moment", USUAL.firstMoment));
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("clip-threshold", clipThreshold)
        .put("decay-rate", decayRate)
        .put("scale-parameter", scaleParameter)
        .put("first-moment", firstMoment)
        .build();
  }
}
