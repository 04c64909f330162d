package io.tributary.simulations.world;

import io.tributary.coordinator.round.Answer;
import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.Candidate;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.coordinator.round.Effect;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The coordinator's own work: takes its time, may fail, and is lost with its process. */
final class CoordinatorWork {
  private static final List<ErrorKind> FAILURES =
      List.of(ErrorKind.WORKER_CRASHED, ErrorKind.OUT_OF_MEMORY, ErrorKind.FULL, ErrorKind.CORRUPT);

  private final SimulatedWorld world;
  private final CoordinatorLife life;
  private final Map<Digest, Integer> fresh = new HashMap<>();

  CoordinatorWork(SimulatedWorld world, CoordinatorLife life) {
    this.world = world;
    this.life = life;
  }

  void execute(Effect effect) {
    if (effect instanceof Effect.JudgeUpdate judge) {
      later(judge, 2_000, () -> judge(judge));
    } else if (effect instanceof Effect.Aggregate aggregate) {
      later(aggregate, 20_000, () -> aggregate(aggregate));
    } else if (effect instanceof Effect.Evaluate evaluate) {
      later(evaluate, 30_000, () -> evaluate(evaluate));
    } else if (effect instanceof Effect.ClearSpool clear) {
      world
          .timeline()
          .after(
              world.dice().millis(0, 5_000),
              () -> life.guarded(() -> world.disk().clearSpool(clear.upTo())));
    } else if (effect instanceof Effect.ApplyRetention retention) {
      Set<Digest> drop = new HashSet<>(retention.drop());
      drop.removeAll(fresh.keySet());
      world.invariants().dropped(drop);
      world.disk().artifacts().removeAll(drop);
    }
  }

  private void later(Effect effect, long mostMillis, Supplier<RoundEvent> result) {
    world
        .timeline()
        .after(
            world.dice().millis(1, mostMillis), () -> life.guarded(() -> finish(effect, result)));
  }

  private void finish(Effect effect, Supplier<RoundEvent> result) {
    if (life.machine().effects().stream().noneMatch(now -> now.id().equals(effect.id()))) {
      world.trace().count("work overtaken");
    } else if (world.dice().trouble(world.storm().effectFails())) {
      ErrorKind kind = world.dice().pick(FAILURES);
      world.trace().count("work failed");
      life.submit(new RoundEvent.EffectFailed(effect.id(), kind, "it broke"), answer -> {});
      return;
    }
    RoundEvent event = result.get();
    life.submit(event, answer -> done(event, answer));
    if (world.dice().trouble(world.storm().duplicate())) {
      world.trace().count("result doubled");
      life.submit(event, answer -> {});
    }
  }

  private void done(RoundEvent event, Answer answer) {
    if (event instanceof RoundEvent.AggregateReady ready) {
      release(ready.candidate().checkpoint().manifest().digest());
      release(ready.candidate().checkpoint().trained().digest());
    }
    if (answer instanceof Answer.Stale) {
      world.trace().count("result came too late");
    }
  }

  private RoundEvent judge(Effect.JudgeUpdate judge) {
    mustLie(judge.assignment(), judge.facts(), judge);
    return new RoundEvent.JudgementReady(
        judge.id(),
        Content.judge(
            judge.facts(), judge.checkpoint().manifest().digest(), judge.declaredExamples()));
  }

  private RoundEvent aggregate(Effect.Aggregate aggregate) {
    for (AssignmentRecord record : aggregate.counted()) {
      mustLie(record.id(), record.update().orElseThrow(), aggregate);
    }
    Violation.unless(!aggregate.counted().isEmpty(), "something is aggregated", aggregate.round());
    if (world.dice().trouble(world.storm().diverges())) {
      world.trace().count("candidate not finite");
      var none =
          new Candidate(aggregate.base(), Collections.unmodifiableSortedMap(new TreeMap<>()));
      return new RoundEvent.AggregateReady(aggregate.id(), none, false);
    }
    Candidate candidate = Content.aggregate(aggregate.base(), aggregate.counted());
    write(candidate.checkpoint().manifest().digest());
    write(candidate.checkpoint().trained().digest());
    return new RoundEvent.AggregateReady(aggregate.id(), candidate, true);
  }

  private RoundEvent evaluate(Effect.Evaluate evaluate) {
    Checkpoint checkpoint = evaluate.checkpoint();
    Set<Digest> artifacts = world.disk().artifacts();
    boolean there =
        artifacts.contains(checkpoint.manifest().digest())
            && artifacts.contains(checkpoint.trained().digest());
    Violation.unless(there || !asked(evaluate), "what is evaluated is on the disk", evaluate.id());
    boolean finite = !world.dice().trouble(world.storm().diverges());
    return new RoundEvent.EvaluationReady(evaluate.id(), Content.figures(checkpoint, finite));
  }

  /** A receipted update must be where it was put, for as long as somebody asks for it. */
  private void mustLie(AssignmentId id, UpdateFacts facts, Effect effect) {
    boolean there = facts.equals(world.disk().spool().get(id));
    Violation.unless(there || !asked(effect), "a receipted update lies in the spool", id);
  }

  private boolean asked(Effect effect) {
    return life.isFront()
        && life.machine().effects().stream().anyMatch(now -> now.id().equals(effect.id()));
  }

  /** Artifacts that no row names yet are held back from retention. */
  private void write(Digest artifact) {
    world.disk().artifacts().add(artifact);
    fresh.merge(artifact, 1, Integer::sum);
  }

  private void release(Digest artifact) {
    fresh.computeIfPresent(artifact, (key, held) -> held == 1 ? null : held - 1);
  }
}
