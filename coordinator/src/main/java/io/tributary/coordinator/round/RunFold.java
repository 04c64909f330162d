package io.tributary.coordinator.round;

import io.tributary.coordinator.round.Transition.AggregationFinished;
import io.tributary.coordinator.round.Transition.AssignmentAccepted;
import io.tributary.coordinator.round.Transition.AssignmentDeclined;
import io.tributary.coordinator.round.Transition.AssignmentFailed;
import io.tributary.coordinator.round.Transition.AttemptExtended;
import io.tributary.coordinator.round.Transition.BestMoved;
import io.tributary.coordinator.round.Transition.CohortDrawn;
import io.tributary.coordinator.round.Transition.CollectionClosed;
import io.tributary.coordinator.round.Transition.CoordinatorStarted;
import io.tributary.coordinator.round.Transition.EvaluationFinished;
import io.tributary.coordinator.round.Transition.RoundCommitted;
import io.tributary.coordinator.round.Transition.RoundOpened;
import io.tributary.coordinator.round.Transition.RoundsEnded;
import io.tributary.coordinator.round.Transition.RunCompleted;
import io.tributary.coordinator.round.Transition.RunCreated;
import io.tributary.coordinator.round.Transition.RunFailed;
import io.tributary.coordinator.round.Transition.RunPaused;
import io.tributary.coordinator.round.Transition.RunResumed;
import io.tributary.coordinator.round.Transition.RunStopped;
import io.tributary.coordinator.round.Transition.SiteReported;
import io.tributary.coordinator.round.Transition.SitesAsked;
import io.tributary.coordinator.round.Transition.SitesEvaluated;
import io.tributary.coordinator.round.Transition.TestEvaluated;
import io.tributary.coordinator.round.Transition.UpdateJudged;
import io.tributary.coordinator.round.Transition.UpdateReceipted;
import io.tributary.coordinator.round.Transition.UploadRefused;
import io.tributary.coordinator.round.Transition.WorkFailed;
import io.tributary.coordinator.round.Transition.WorkRetried;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.RoundId;
import io.tributary.federation.plan.DeadlinesPlan;
import io.tributary.federation.plan.Metric;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.TaskKind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Folds transitions into states. Deadlines follow from the transition's time and the plan, so a
 * fold of the same journal gives the same state at any time.
 */
public final class RunFold {
  private static final Map<Class<?>, BiConsumer<Draft, Transition>> FOLDS = new HashMap<>();

  static {
    on(RoundOpened.class, RunFold::opened);
    on(CohortDrawn.class, RunFold::drawn);
    on(
        AssignmentAccepted.class,
        (draft, t) ->
            draft.change(
                t.assignment(),
                t.kind(),
                record -> record.accepted(draft.sequence),
                Draft.Stages.OFFERED));
    on(
        AssignmentDeclined.class,
        (draft, t) ->
            end(draft, t.assignment(), AssignmentStage.DECLINED, t.sentence(), t.askAgain()));
    on(
        AssignmentFailed.class,
        (draft, t) ->
            end(draft, t.assignment(), AssignmentStage.FAILED, t.sentence(), t.askAgain()));
    on(
        UpdateReceipted.class,
        (draft, t) ->
            draft.change(
                t.assignment(),
                t.kind(),
                record -> record.received(t.facts(), draft.sequence),
                Draft.Stages.LIVE));
    on(UpdateJudged.class, RunFold::judged);
    on(AttemptExtended.class, RunFold::extended);
    on(CollectionClosed.class, RunFold::closed);
    on(AggregationFinished.class, RunFold::aggregated);
    on(EvaluationFinished.class, RunFold::evaluated);
    on(SitesAsked.class, RunFold::sitesAsked);
    on(
        SiteReported.class,
        (draft, t) ->
            draft.change(
                t.assignment(),
                t.kind(),
                record -> record.evaluated(t.tally(), draft.sequence),
                Draft.Stages.LIVE));
    on(SitesEvaluated.class, RunFold::sitesEvaluated);
    on(RoundCommitted.class, RunFold::committed);
    on(BestMoved.class, RunFold::bestMoved);
    on(RoundsEnded.class, RunFold::roundsEnded);
    on(TestEvaluated.class, (draft, t) -> draft.test = Optional.of(t.figures()));
    on(WorkFailed.class, RunFold::workFailed);
    on(WorkRetried.class, (draft, t) -> draft.nextTry = Optional.empty());
    on(
        UploadRefused.class,
        (draft, t) ->
            draft.change(
                t.assignment(), t.kind(), record -> record.noted(t.sentence()), Draft.Stages.LIVE));
    on(RunPaused.class, RunFold::paused);
    on(RunResumed.class, RunFold::resumed);
    on(RunStopped.class, (draft, t) -> ended(draft, Phase.STOPPED, t.reason()));
    on(RunFailed.class, (draft, t) -> ended(draft, Phase.FAILED, t.reason()));
    on(RunCompleted.class, RunFold::completed);
    on(CoordinatorStarted.class, RunFold::restarted);
  }

  /** Why assignments end with a run's last round, where nodes work at their own pace. */
  static final String ROUNDS_OVER = "the run's last round is over";

  private RunFold() {}

  /** The state after one more transition; a transition out of place is a defect and throws. */
  public static RunState apply(Optional<RunState> before, Staged staged) {
    if (staged.transition() instanceof RunCreated created) {
      if (before.isPresent() || staged.sequence() != 1) {
        throw new IllegalStateException("run " + staged.run() + " cannot be created twice");
      }
      return created(created.spec(), staged.at());
    }
    RunState state =
        before.orElseThrow(
            () ->
                new IllegalStateException(
                    "run "
                        + staged.run()
                        + " cannot take "
                        + staged.transition().kind()
                        + " before it is created"));
    TransitionTable.check(state, staged);
    Draft draft = new Draft(state, staged);
    BiConsumer<Draft, Transition> fold = FOLDS.get(staged.transition().getClass());
    if (fold == null) {
      throw new IllegalStateException("transition without a fold: " + staged.transition().kind());
    }
    fold.accept(draft, staged.transition());
    return draft.build();
  }

  /** The state of one run from its whole history. */
  public static RunState fold(List<Staged> history) {
    Optional<RunState> state = Optional.empty();
    for (Staged staged : history) {
      state = Optional.of(apply(state, staged));
    }
    return state.orElseThrow(() -> new IllegalArgumentException("history: empty"));
  }

  private static <T extends Transition> void on(Class<T> type, BiConsumer<Draft, T> fold) {
    FOLDS.put(type, (draft, transition) -> fold.accept(draft, type.cast(transition)));
  }

  private static RunState created(RunSpec spec, Instant at) {
    return new RunState(
        spec,
        new Marks(1, at, 1, 0, 0, 0, Optional.empty(), at, at, Optional.empty()),
        Phase.CREATED,
        "",
        Optional.empty(),
        OpenRound.of(0, at, Optional.empty()),
        List.of(),
        LastCounted.NONE,
        spec.zero(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static void opened(Draft draft, RoundOpened t) {
    int expected = draft.rounds.size();
    if (t.round() != expected || !t.checkpoint().equals(draft.current.manifest().digest())) {
      throw new IllegalStateException(
          "run " + draft.spec.run() + " cannot open round " + t.round() + " after " + expected);
    }
    draft.open(t.round());
    if (t.round() == 0) {
      evaluating(draft);
    } else {
      draft.enter(Phase.RECRUITING, "");
    }
    resetDeadline(draft);
  }

  private static void drawn(Draft draft, CohortDrawn t) {
    var round = new RoundId(draft.spec.run(), draft.round);
    draft.putAll(
        t.nodes().stream()
            .map(
                node ->
                    AssignmentRecord.offered(
                        new AssignmentId(round, t.attempt(), node.node()),
                        node.declaredExamples(),
                        draft.sequence))
            .toList());
    draft.target = t.target();
    draft.drawn = draft.sequence;
    draft.served = draft.at;
    losePromise(draft, t.promiseLost());
    if (draft.phase == Phase.RECRUITING) {
      draft.enter(Phase.COLLECTING, "");
      resetDeadline(draft);
    }
  }

  private static void judged(Draft draft, UpdateJudged t) {
    if (draft.failures > 0) {
      draft.reason = "";
    }
    draft.change(
        t.assignment(),
        t.kind(),
        record ->
            t.judgement() instanceof Judgement.Refused refused
                ? record.ended(
                    AssignmentStage.REFUSED,
                    refused.reason() + ": " + refused.sentence(),
                    false,
                    draft.sequence)
                : record.counted(((Judgement.Passed) t.judgement()).norm(), draft.sequence),
        Draft.Stages.RECEIVED);
    draft.untroubled();
  }

  private static void end(
      Draft draft, AssignmentId id, AssignmentStage stage, String why, boolean again) {
    draft.change(
        id,
        stage.toString(),
        record -> record.ended(stage, why, again, draft.sequence),
        Draft.Stages.LIVE);
  }

  private static void extended(Draft draft, AttemptExtended t) {
    if (t.attempt() != draft.attempt + 1) {
      throw new IllegalStateException(
          "run "
              + draft.spec.run()
              + " cannot extend attempt "
              + draft.attempt
              + " to "
              + t.attempt());
    }
    draft.attempt = t.attempt();
    draft.enter(Phase.RECRUITING, t.reason());
    resetDeadline(draft);
  }

  private static void closed(Draft draft, CollectionClosed t) {
    if (draft.spec.plan().federation().async().isEmpty()) {
      draft.cancelLive(closedWithout(draft.spec.plan(), t.counted().size()));
    }
    losePromise(draft, t.promiseLost());
    draft.untroubled();
    draft.enter(Phase.AGGREGATING, "");
    draft.deadline = Optional.empty();
  }

  /** Why an assignment is over whose update had not come when its round closed. */
  static String closedWithout(Plan plan, int counted) {
    return plan.federation().cohort().closesEarly()
        ? "the round closed with its first " + counted + " updates, without it"
        : "the round closed without it";
  }

  private static void aggregated(Draft draft, AggregationFinished t) {
    draft.candidate = Optional.of(t.candidate());
    draft.untroubled();
    evaluating(draft);
    resetDeadline(draft);
  }

  private static void evaluating(Draft draft) {
    boolean central = draft.spec.plan().evaluation().places().atCentre();
    draft.enter(central ? Phase.EVALUATING : Phase.EVALUATING_AT_SITES, "");
  }

  private static void evaluated(Draft draft, EvaluationFinished t) {
    draft.figures = Optional.of(t.figures());
    if (draft.spec.plan().evaluation().places().atSites()) {
      draft.untroubled();
      draft.enter(Phase.EVALUATING_AT_SITES, "");
      resetDeadline(draft);
    }
  }

  private static void sitesAsked(Draft draft, SitesAsked t) {
    var round = new RoundId(draft.spec.run(), draft.round);
    draft.putAll(
        t.nodes().stream()
            .map(
                node ->
                    AssignmentRecord.toEvaluate(
                        new AssignmentId(round, t.attempt(), node.node()),
                        node.declaredExamples(),
                        draft.sequence))
            .toList());
    draft.drawn = draft.sequence;
  }

  private static void sitesEvaluated(Draft draft, SitesEvaluated t) {
    draft.cancelLive("the evaluation closed without it");
    Plan plan = draft.spec.plan();
    List<Metric> shown = plan.evaluation().shown(TaskKind.of(plan.model()));
    draft.sites =
        Optional.of(
            new SitesRecord(
                draft.evaluations().stream().map(one -> SiteSums.of(one, shown)).toList(),
                t.together()));
    if (!plan.evaluation().places().atCentre()) {
      draft.figures = t.together();
    }
    losePromise(draft, t.promiseLost());
    draft.deadline = Optional.empty();
  }

  private static void committed(Draft draft, RoundCommitted t) {
    draft.commit();
    if (t.round() != draft.round || !t.checkpoint().equals(draft.current.manifest().digest())) {
      throw new IllegalStateException(
          "run "
              + draft.spec.run()
              + " cannot commit "
              + t.checkpoint()
              + " in round "
              + draft.round);
    }
    draft.untroubled();
    draft.enter(Phase.COMMITTED, "");
  }

  private static void bestMoved(Draft draft, BestMoved t) {
    draft.best = Optional.of(new Best(t.round(), draft.current, t.figure()));
  }

  private static void roundsEnded(Draft draft, RoundsEnded t) {
    draft.cancelLive(ROUNDS_OVER);
    draft.settleLate();
    draft.completion = Optional.of(t.reason());
    draft.enter(Phase.TESTING, "");
  }

  private static void workFailed(Draft draft, WorkFailed t) {
    draft.failures++;
    draft.tries += WorkRetries.counts(t.error()) ? 1 : 0;
    draft.retried = draft.sequence;
    Duration delay = WorkRetries.delay(draft.failures);
    draft.nextTry = delay.isZero() ? Optional.empty() : Optional.of(draft.at.plus(delay));
    draft.reason = WorkRetries.reason(t, draft.tries);
  }

  private static void paused(Draft draft, RunPaused t) {
    draft.heldFrom = Optional.of(draft.phase);
    draft.enter(t.phase(), t.reason());
    draft.nextTry = Optional.empty();
    draft.deadline = Optional.empty();
  }

  private static void resumed(Draft draft, RunResumed t) {
    draft.heldFrom = Optional.empty();
    draft.retried = draft.sequence;
    draft.untroubled();
    draft.attempt = t.attempt();
    draft.firstAttempt = t.attempt();
    draft.forgive();
    draft.enter(t.phase(), "");
    resetDeadline(draft);
  }

  private static void completed(Draft draft, RunCompleted t) {
    draft.completion = Optional.of(t.reason());
    ended(draft, Phase.COMPLETED, t.reason().token());
  }

  private static void ended(Draft draft, Phase phase, String why) {
    draft.cancelLive("the run ended");
    draft.settleLate();
    draft.enter(phase, why);
    draft.untroubled();
    draft.heldFrom = Optional.empty();
    draft.deadline = Optional.empty();
    draft.ended = Optional.of(draft.at);
  }

  private static void restarted(Draft draft, CoordinatorStarted t) {
    draft.nextTry = Optional.empty();
    resetDeadline(draft);
  }

  private static void losePromise(Draft draft, Optional<String> why) {
    if (draft.promiseLost.isEmpty() && draft.spec.plan().deterministic()) {
      draft.promiseLost = why;
    }
  }

  private static void resetDeadline(Draft draft) {
    DeadlinesPlan deadlines = draft.spec.plan().federation().deadlines();
    draft.deadline =
        switch (draft.phase) {
          case RECRUITING -> Optional.of(draft.at.plus(deadlines.recruit()));
          case COLLECTING -> Optional.of(draft.at.plus(deadlines.round()));
          case EVALUATING_AT_SITES ->
              Optional.of(draft.at.plus(draft.spec.plan().evaluation().places().deadline()));
          default -> Optional.empty();
        };
  }
}
