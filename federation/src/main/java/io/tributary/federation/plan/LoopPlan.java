package io.tributary.federation.plan;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.TimeSpan;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import io.tributary.federation.settings.Settings;
import java.time.Duration;
import java.util.Optional;

/**
 * How a node's steps in one round are made and when they end.
 *
 * @param steps of the optimizer in a round, over as many passes as that takes; 0: epochs or time
 *     decide
 * @param time after which no further step begins; zero: epochs or steps decide
 * @param accumulate batches whose gradients make one step
 * @param recompute whether layers are computed again in the backward pass instead of being
 *     remembered (Chen et al., 2016): less memory, a third more work, the same gradients
 * @param precision of products of matrices
 * @param state what the optimizer remembers from round to round
 * @param earlyStop when the work ends early; empty: never
 */
public record LoopPlan(
    long steps,
    Duration time,
    int accumulate,
    boolean recompute,
    Precision precision,
    OptimizerState state,
    Optional<EarlyStopPlan> earlyStop) {
  /** What a plan has that says nothing of it. */
  public static final LoopPlan USUAL =
      new LoopPlan(
          0, Duration.ZERO, 1, false, Precision.F32, OptimizerState.FRESH, Optional.empty());

  public LoopPlan {
    requireNonNull(time, "time");
    requireNonNull(precision, "precision");
    requireNonNull(state, "state");
    requireNonNull(earlyStop, "earlyStop");
  }

  /** The same work, whose end nothing else decides. */
  LoopPlan withoutEarlyStop() {
    return new LoopPlan(steps, time, accumulate, recompute, precision, state, Optional.empty());
  }

  /** The same work with products of matrices in other numbers. */
  LoopPlan withPrecision(Precision other) {
    return new LoopPlan(steps, time, accumulate, recompute, other, state, earlyStop);
  }

  static LoopPlan read(Settings settings, ModelPlan model) {
    var plan =
        new LoopPlan(
            settings.integer("steps", 0, 0, Integer.MAX_VALUE),
            settings.duration("time", Duration.ZERO),
            (int) settings.integer("accumulate", 1, 1, 1_000_000),
            settings.flag("recompute", false),
            Precision.read(settings, "precision"),
            OptimizerState.read(settings, "optimizer-state", OptimizerState.FRESH),
            settings
                .optionalSection("early-stop")
                .map(section -> EarlyStopPlan.read(section, model)));
    if (!plan.byEpochs() && (settings.has("epochs") || plan.bySteps() == plan.byTime())) {
      throw settings.refusal(
          plan.byTime() ? "time" : "steps", "beside another", "one of epochs, steps and time");
    }
    return plan;
  }

  /** Whether passes over the examples say how much work a round has. */
  public boolean byEpochs() {
    return steps == 0 && time.isZero();
  }

  public boolean bySteps() {
    return steps > 0;
  }

  public boolean byTime() {
    return !time.isZero();
  }

  /**
   * Writes what is not usual, so that plans written before there was a choice keep their digest.
   */
  void write(ObjectBuilder json) {
    if (bySteps()) {
      json.put("steps", steps);
    }
    if (byTime()) {
      json.put("time", TimeSpan.format(time));
    }
    if (accumulate != USUAL.accumulate) {
      json.put("accumulate", accumulate);
    }
    if (recompute) {
      json.put("recompute", true);
    }
    if (precision != USUAL.precision) {
      json.put("precision", precision.token());
    }
    if (state != USUAL.state) {
      json.put("optimizer-state", state.token());
    }
    earlyStop.ifPresent(plan -> json.put("early-stop", plan.toJson()));
  }
}
