package io.tributary.coordinator.round;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;

/** A machine on a table: events go in by hand, time stands still unless moved. */
final class Table {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  RoundMachine machine = new RoundMachine(World.empty());
  final List<Staged> history = new ArrayList<>();
  final List<Effect> messages = new ArrayList<>();
  Instant now = START;
  private long session;

  Answer take(RoundEvent event) {
    Decision decision = machine.decide(event, now);
    machine = decision.next();
    history.addAll(decision.transitions());
    messages.addAll(decision.messages());
    return decision.answer();
  }

  /** A run whose round 0 is evaluated already. */
  Table started(RunSpec spec) {
    take(new RoundEvent.RunAsked(spec));
    evaluate(spec.run().value(), 0.1);
    return this;
  }

  Table joined(String... names) {
    for (String name : names) {
      join(name, Set.of("a"), 100);
    }
    return this;
  }

  long join(String name, Set<String> labels, long examples) {
    var profile = new NodeProfile(new NodeName(name), labels, examples);
    take(new RoundEvent.NodeJoined(profile, ++session, List.of()));
    return session;
  }

  Table pass(Duration time) {
    now = now.plus(time);
    take(new RoundEvent.TimePassed());
    return this;
  }

  /** The process dies and comes back: state from the journal, nobody connected. */
  Table restart() {
    machine = new RoundMachine(World.fold(history));
    take(new RoundEvent.Restarted(2));
    return this;
  }

  RunState run(String run) {
    return machine.world().find(new RunId(run)).orElseThrow();
  }

  RunState run() {
    return machine.world().runs().values().iterator().next();
  }

  AssignmentId assignment(String node) {
    return record(node).id();
  }

  AssignmentRecord record(String node) {
    return run().open().cohort().values().stream()
        .filter(assignment -> assignment.node().value().equals(node))
        .reduce((earlier, later) -> later)
        .orElseThrow(() -> new NoSuchElementException("no assignment of " + node));
  }

  List<String> cohort() {
    return run().open().cohort().values().stream()
        .map(assignment -> assignment.node() + ":" + assignment.stage().token())
        .toList();
  }

  Answer submit(String node) {
    return submit(assignment(node), node);
  }

  Answer submit(AssignmentId id, String content) {
    RunState run = machine.world().find(id.round().run()).orElseThrow();
    return take(
        new RoundEvent.UpdateStored(id, Plans.trained(content, run.current().manifest().digest())));
  }

  /** Stores and judges an update that passes. */
  Table count(String... nodes) {
    for (String node : nodes) {
      submit(node);
      judge(node, new Judgement.Passed(1.5));
    }
    return this;
  }

  Answer judge(String node, Judgement judgement) {
    AssignmentId id = assignment(node);
    Effect effect =
        machine.effects().stream()
            .filter(e -> e instanceof Effect.JudgeUpdate judge && judge.assignment().equals(id))
            .findFirst()
            .orElseThrow(() -> new NoSuchElementException("no judging of " + id));
    return take(new RoundEvent.JudgementReady(effect.id(), judgement));
  }

  Table fail(String node, boolean retryable) {
    take(
        new RoundEvent.NodeFailed(
            assignment(node), ErrorKind.WORKER_CRASHED, retryable, "it crashed"));
    return this;
  }

  Table decline(String node, boolean askAgain) {
    take(new RoundEvent.NodeDeclined(assignment(node), "BUSY", "it is busy", askAgain));
    return this;
  }

  Table aggregate() {
    Effect.Aggregate effect = effect(Effect.Aggregate.class);
    var weights = new TreeMap<NodeName, Double>();
    effect.counted().forEach(assignment -> weights.put(assignment.node(), 1.0));
    var candidate = new Candidate(Plans.checkpoint(effect.round().toString()), weights);
    take(new RoundEvent.AggregateReady(effect.id(), candidate, true));
    return this;
  }

  Table evaluate(double macroF1) {
    return evaluate(run().run().value(), macroF1);
  }

  Table evaluate(String run, double macroF1) {
    Effect.Evaluate effect =
        machine.effects().stream()
            .filter(e -> e.run().value().equals(run))
            .flatMap(e -> e instanceof Effect.Evaluate found ? List.of(found).stream() : null)
            .findFirst()
            .orElseThrow();
    take(new RoundEvent.EvaluationReady(effect.id(), Plans.figures(macroF1)));
    return this;
  }

  <T extends Effect> T effect(Class<T> type) {
    return effects(type).stream()
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException("no effect " + type.getSimpleName()));
  }

  <T extends Effect> List<T> effects(Class<T> type) {
    return machine.effects().stream().filter(type::isInstance).map(type::cast).toList();
  }
}
