package io.tributary.coordinator.round;

import io.tributary.federation.RunId;
import java.util.Optional;

/** Takes the outcomes of effects; an outcome counts only while the state still asks for it. */
final class ResultEvents {
  private final Step step;

  ResultEvents(Step step) {
    this.step = step;
  }

  Answer take(RoundEvent.OfEffect event) {
    RunId run = event.effect().run();
    Optional<Effect> pending = pending(event.effect());
    if (pending.isEmpty()) {
      return Answer.stale("effect " + event.effect() + " is not asked for any more");
    }
    if (event instanceof RoundEvent.EffectFailed failed) {
      return failed(run, failed);
    }
    if (event instanceof RoundEvent.JudgementReady ready
        && pending.get() instanceof Effect.JudgeUpdate judge) {
      step.stage(run, new Transition.UpdateJudged(judge.assignment(), ready.judgement()));
      if (ready.judgement() instanceof Judgement.Refused refused) {
        step.cancel(judge.assignment(), "the update was refused: " + refused.sentence());
      }
    } else if (event instanceof RoundEvent.AggregateReady ready
        && pending.get() instanceof Effect.Aggregate) {
      aggregated(run, ready);
    } else if (event instanceof RoundEvent.EvaluationReady ready
        && pending.get() instanceof Effect.Evaluate evaluate) {
      evaluated(run, evaluate, ready.figures());
    } else {
      throw new IllegalStateException(
          "effect " + event.effect() + " cannot take " + event.getClass().getSimpleName());
    }
    return Answer.done();
  }

  private Optional<Effect> pending(EffectId id) {
    return step.find(id.run()).flatMap(run -> PendingEffects.find(run, id));
  }

  private Answer failed(RunId run, RoundEvent.EffectFailed failed) {
    step.stage(
        run, new Transition.WorkFailed(failed.effect().work(), failed.error(), failed.sentence()));
    RunState state = step.run(run);
    if (WorkRetries.hold(failed.error(), state.marks().tries())) {
      step.stage(run, new Transition.RunPaused(Phase.PAUSED_FAULT, state.reason()));
    }
    return Answer.done();
  }

  private void aggregated(RunId run, RoundEvent.AggregateReady ready) {
    if (ready.finite()) {
      step.stage(run, new Transition.AggregationFinished(ready.candidate()));
      return;
    }
    int round = step.run(run).open().round();
    fail(run, "round " + round + " diverged: the candidate holds numbers that are not finite");
  }

  private void evaluated(RunId run, Effect.Evaluate evaluate, Figures figures) {
    if (!figures.finite()) {
      String what = "round " + evaluate.round().round();
      fail(run, what + " diverged: the held-out loss is " + figures.loss());
    } else if (evaluate.part() == Effect.Part.TEST) {
      step.stage(run, new Transition.TestEvaluated(evaluate.round().round(), figures));
      CompletionReason reason = step.run(run).completion().orElseThrow();
      step.stage(run, new Transition.RunCompleted(reason));
    } else {
      step.stage(run, new Transition.EvaluationFinished(figures));
      if (step.run(run).phase() != Phase.EVALUATING_AT_SITES) {
        step.stage(
            run,
            new Transition.RoundCommitted(
                evaluate.round().round(), evaluate.checkpoint().manifest().digest()));
      }
    }
  }

  private void fail(RunId run, String reason) {
    step.stageEnding(run, new Transition.RunFailed(reason), "the run failed");
  }
}
