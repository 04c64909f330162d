package io.tributary.federation.plan;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import io.tributary.federation.settings.Settings;

/**
 * How the learning rate moves.
 *
 * @param warmUp share of the span's steps over which the rate rises from 0
 * @param warmUpSteps how many steps it rises over; 0: the share decides
 * @param cycles of {@code cosine} only: waves from the peak on; 0.5 goes down once
 * @param power of {@code polynomial} only
 * @param end of {@code polynomial} only: the rate at the end, below the peak
 */
public record SchedulePlan(
    ScheduleName name,
    double warmUp,
    ScheduleSpan span,
    long warmUpSteps,
    double cycles,
    double power,
    double end) {
  private static final double USUAL_CYCLES = 0.5;
  private static final double USUAL_POWER = 1;
  private static final double USUAL_END = 1e-7;

  /** A schedule with the usual shape of its kind. */
  public SchedulePlan(ScheduleName name, double warmUp, ScheduleSpan span) {
    this(name, warmUp, span, 0, USUAL_CYCLES, USUAL_POWER, USUAL_END);
  }

  static SchedulePlan read(Settings settings) {
    long steps = settings.integer("warm-up-steps", 0, 0, Integer.MAX_VALUE);
    if (steps > 0 && settings.number("warm-up", 0, 0, 1) > 0) {
      throw settings.refusal("warm-up-steps", steps, "nothing beside warm-up: a share or a number");
    }
    return new SchedulePlan(
        ScheduleName.read(settings, "name", ScheduleName.LINEAR),
        settings.number("warm-up", steps > 0 ? 0 : 0.06, 0, 1),
        ScheduleSpan.read(settings, "span", ScheduleSpan.RUN),
        steps,
        settings.number("cycles", USUAL_CYCLES, 0, 1_000),
        settings.number("power", USUAL_POWER, 0, 100),
        settings.number("end", USUAL_END, 0, 1_000));
  }

  /** Refuses an end that is no lower than the peak. */
  void check(Settings settings, double peak) {
    if (name == ScheduleName.POLYNOMIAL && end >= peak) {
      throw settings.refusal("end", end, "less than optimizer.learning-rate, " + peak);
    }
  }

  JsonObject toJson() {
    ObjectBuilder json =
        JsonValue.object()
            .put("name", name.token())
            .put("warm-up", warmUp)
            .put("span", span.token());
    // only where given: plans written before there was a choice keep their digest
    if (warmUpSteps != 0) {
      json.put("warm-up-steps", warmUpSteps);
    }
    if (cycles != USUAL_CYCLES) {
      json.put("cycles", cycles);
    }
    if (power != USUAL_POWER) {
      json.put("power", power);
    }
    if (end != USUAL_END) {
      json.put("end", end);
    }
    return json.build();
  }
}
