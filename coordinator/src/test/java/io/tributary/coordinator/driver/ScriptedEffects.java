package io.tributary.coordinator.driver;

import io.tributary.coordinator.round.Answer;
import io.tributary.coordinator.round.Candidate;
import io.tributary.coordinator.round.Effect;
import io.tributary.coordinator.round.Judgement;
import io.tributary.coordinator.round.NodeProfile;
import io.tributary.coordinator.round.Phase;
import io.tributary.coordinator.round.Plans;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.coordinator.round.RunState;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Effects that succeed at once: nodes that train nothing, a gate that passes everything. */
final class ScriptedEffects implements Effects {
  private final RoundDriver driver;
  private final Set<AssignmentId> receipted = new ConcurrentSkipListSet<>();
  private volatile boolean trains = true;

  ScriptedEffects(RoundDriver driver) {
    this.driver = driver;
  }

  void trains(boolean does) {
    trains = does;
  }

  Set<AssignmentId> receipted() {
    return receipted;
  }

  void join(String name, long session) {
    var profile = new NodeProfile(new NodeName(name), Set.of("a"), 100);
    var ignored = driver.submit(new RoundEvent.NodeJoined(profile, session, List.of()));
  }

  @Override
  public void execute(Effect effect) {
    if (effect instanceof Effect.OfferAssignment offer && trains) {
      submit(offer);
    } else if (effect instanceof Effect.JudgeUpdate judge) {
      send(new RoundEvent.JudgementReady(judge.id(), new Judgement.Passed(1)));
    } else if (effect instanceof Effect.Aggregate aggregate) {
      var candidate =
          new Candidate(
              Plans.checkpoint(aggregate.base().manifest().digest() + "+"), new TreeMap<>());
      send(new RoundEvent.AggregateReady(aggregate.id(), candidate, true));
    } else if (effect instanceof Effect.Evaluate evaluate) {
      send(new RoundEvent.EvaluationReady(evaluate.id(), Plans.figures(0.5)));
    }
  }

  private void submit(Effect.OfferAssignment offer) {
    AssignmentId id = offer.assignment();
    send(new RoundEvent.NodeAccepted(id));
    var facts = Plans.update(id.toString(), offer.checkpoint().manifest().digest());
    var ignored =
        driver
            .submit(new RoundEvent.UpdateStored(id, facts))
            .thenAccept(
                answer -> {
                  if (answer instanceof Answer.Receipted) {
                    receipted.add(id);
                  }
                });
  }

  private void send(RoundEvent event) {
    var ignored = driver.submit(event);
  }

  /** Completes when the run is in a phase. */
  CompletableFuture<RunState> reached(RunId run, Phase phase) {
    var reached = new CompletableFuture<RunState>();
    RunListener look =
        changed ->
            driver
                .snapshot(run)
                .map(RunSnapshot::state)
                .filter(state -> state.phase() == phase)
                .ifPresent(reached::complete);
    var ignored = driver.watch(run, look);
    look.changed(run);
    return reached;
  }

  RunState await(RunId run, Phase phase) throws InterruptedException {
    try {
      return reached(run, phase).get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(
          "run did not reach " + phase + ": " + driver.snapshot(run).map(RunSnapshot::state), e);
    }
  }
}
