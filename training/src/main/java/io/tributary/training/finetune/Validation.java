package io.tributary.training.finetune;

import io.tributary.federation.plan.EarlyStopPlan;
import io.tributary.federation.plan.Plan;
import io.tributary.training.evaluate.Evaluator;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Judges the live weights on a site's validation part while they are trained, keeps the best and
 * says when to stop. Without a plan for it, it does nothing.
 */
final class Validation implements AutoCloseable {
  private final Optional<EarlyStopPlan> plan;
  private final Evaluator evaluator;
  private final Inputs inputs;
  private final BooleanSupplier cancelled;
  private final Optional<EarlyStop> stop;
  private final Optional<BestWeights> best;
  private long judged = -1;

  /**
   * Judges nothing yet.
   *
   * @param statistics names of the parameters that training changes without an optimizer
   */
  Validation(
      Plan plan,
      LiveModel model,
      List<String> statistics,
      Inputs inputs,
      BooleanSupplier cancelled) {
    this.plan = plan.train().loop().earlyStop();
    this.inputs = inputs;
    this.cancelled = cancelled;
    evaluator = new Evaluator(model, plan);
    stop = this.plan.map(EarlyStop::new);
    best =
        this.plan.map(
            any ->
                new BestWeights(
                    model.scope().child(),
                    model.parameters().trainable().values(),
                    statistics.stream().map(model.parameters()::bytes).toList()));
  }

  /** Whether the work ends after this step. */
  boolean afterStep(long steps) {
    long every = plan.map(EarlyStopPlan::every).orElse(0L);
    return every > 0 && steps % every == 0 && judge(steps);
  }

  /** Whether the work ends after this epoch. */
  boolean afterEpoch(long steps) {
    return plan.filter(p -> p.every() == 0).isPresent() && judge(steps);
  }

  /** Judges what the last steps made, if nothing has yet. */
  void atEnd(long steps) {
    if (plan.isPresent() && judged != steps) {
      judge(steps);
    }
  }

  private boolean judge(long steps) {
    judged = steps;
    double figure = evaluator.figure(inputs, plan.orElseThrow().metric(), cancelled);
    EarlyStop judge = stop.orElseThrow();
    if (judge.take(figure)) {
      best.orElseThrow().remember(steps);
    }
    return judge.over();
  }

  /**
   * Makes the best weights the live ones.
   *
   * @param steps those done
   * @return the steps that made the live weights
   */
  long choose(long steps) {
    return best.isPresent() ? best.get().restore() : steps;
  }

  /** The figure of the best weights; empty where nothing was judged. */
  Optional<Double> figure() {
    return stop.map(EarlyStop::best);
  }

  @Override
  public void close() {
    best.ifPresent(BestWeights::close);
  }
}
