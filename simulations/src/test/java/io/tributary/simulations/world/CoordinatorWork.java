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
import java.time.Duration;
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
      List.of(
          ErrorKind.WORKER_CRASHED,
          ErrorKind.WORKER_CRASHED,
          ErrorKind.WORKER_FAILED,
          ErrorKind.OUT_OF_MEMORY,
          ErrorKind.OUT_OF_MEMORY,
          ErrorKind.FULL,
          ErrorKind.FULL,
          ErrorKind.CORRUPT);

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
      later(aggregate, mostAggregating(), () -> aggregate(aggregate));
    } else if (effect instanceof Effect.Evaluate evaluate) {
      later(evaluate, 30_000, () -> evaluate(evaluate));
    } else if (effect instanceof Effect.ClearSpool clear) {
      world
          .timeline()
          .after(
              world.dice().millis(0, 5_000),
              () -> life.guarded(() -> world.disk().clearSpool(clear.upTo())));
    } else if (effect instanceof Effect.ClearUpdates clear) {
      world
          .timeline()
          .after(
              world.dice().millis(0, 5_000),
              () -> life.guarded(() -> world.disk().spool().keySet().removeAll(clear.over())));
    } else if (effect instanceof Effect.ApplyRetention retention) {
      drop(retention.drop());
    }
  }

  private void drop(Set<Digest> digests) {
    Set<Digest> drop = new HashSet<>(digests);
    if (drop.removeAll(fresh.keySet())) {
      world.trace().count("artifact held back from dropping");
    }
    world.invariants().dropped(drop);
    world.disk().artifacts().removeAll(drop);
  }

  /** Long enough, now and then, for its run to be held and resumed meanwhile. */
  private long mostAggregating() {
    return world.dice().trouble(world.storm().slowWork()) ? 900_000 : 20_000;
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
    Duration forcing =
        world.dice().millis(0, event instanceof RoundEvent.AggregateReady ? 5_000 : 0);
    world.timeline().after(forcing, () -> life.guarded(() -> tell(event)));
  }

  private void tell(RoundEvent event) {
    life.submit(event, answer -> done(event, answer));
    if (world.dice().trouble(world.storm().duplicate())) {
      world.trace().count("result doubled");
      life.submit(event, answer -> {});
    }
  }

  private void done(RoundEvent event, Answer answer) {
    if (answer instanceof Answer.Stale) {
      world.trace().count("result came too late");
    }
    if (event instanceof RoundEvent.AggregateReady ready && ready.finite()) {
      settled(ready.candidate().checkpoint(), answer);
    }
  }

  /** A candidate that nobody asks for any more is thrown away, unless a run has made the same. */
  private void settled(Checkpoint candidate, Answer answer) {
    release(candidate);
    if (answer instanceof Answer.Stale) {
      Set<Digest> drop = new HashSet<>(digests(candidate));
      drop.removeIf(life.machine().world()::names);
      world.trace().count(drop.isEmpty() ? "late candidate has a twin" : "late candidate dropped");
      drop(drop);
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
    Candidate candidate =
        Content.aggregate(aggregate.base(), aggregate.round().round(), aggregate.counted());
    store(candidate.checkpoint());
    return new RoundEvent.AggregateReady(aggregate.id(), candidate, true);
  }

  private RoundEvent evaluate(Effect.Evaluate evaluate) {
    Checkpoint checkpoint = evaluate.checkpoint();
    boolean there = world.disk().holds(checkpoint);
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

  /** Writes artifacts that no row names yet; they are held back from dropping. */
  void store(Checkpoint checkpoint) {
    world.disk().artifacts().addAll(digests(checkpoint));
    digests(checkpoint).forEach(digest -> fresh.merge(digest, 1, Integer::sum));
  }

  /** A row names them by now, or none ever will. */
  void release(Checkpoint checkpoint) {
    digests(checkpoint)
        .forEach(
            digest -> fresh.computeIfPresent(digest, (key, held) -> held == 1 ? null : held - 1));
  }

  private static List<Digest> digests(Checkpoint checkpoint) {
    return List.of(checkpoint.manifest().digest(), checkpoint.trained().digest());
  }
}
