package io.tributary.coordinator.round;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A federation driven by one seed: events are delivered in random order, dropped, repeated and
 * delayed; nodes come and go, decline, fail and send bad updates; the coordinator dies and comes
 * back. Once {@link #calm} is called nothing goes wrong any more.
 */
final class Chaos {
  private final Random random;
  private final List<NodeName> nodes = new ArrayList<>();
  private final List<RoundEvent> wire = new ArrayList<>();
  private final Set<EffectId> executed = new HashSet<>();
  private final Map<NodeName, Long> sessions = new HashMap<>();
  private final ChaosInvariants invariants = new ChaosInvariants();
  private final List<Staged> history = new ArrayList<>();
  private RoundMachine machine = new RoundMachine(World.empty());
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final boolean mild;
  private boolean calm;
  private long lastSession;

  /** Mild chaos has no bad updates, no refusals that stay, and no leaps to a deadline. */
  Chaos(long seed, int nodes, boolean mild) {
    this.mild = mild;
    this.random = new Random(seed);
    for (int i = 0; i < nodes; i++) {
      this.nodes.add(new NodeName("n" + i));
    }
  }

  void start(RunSpec spec) {
    deliver(new RoundEvent.RunAsked(spec));
  }

  World world() {
    return machine.world();
  }

  List<Staged> history() {
    return history;
  }

  boolean ended() {
    return world().runs().values().stream().allMatch(run -> run.phase().ended());
  }

  /** From now on nothing goes wrong, and everybody is there. */
  void calm() {
    calm = true;
    nodes.forEach(this::join);
  }

  void step() {
    now = now.plus(Duration.ofMillis(random.nextInt(2_000)));
    int dice = random.nextInt(100);
    if (!calm && dice < 2) {
      restart();
    } else if (!calm && dice < 6) {
      leave();
    } else if (dice < 20) {
      join(nodes.get(random.nextInt(nodes.size())));
    } else if (!calm && dice < 26) {
      now = now.plus(Duration.ofSeconds(random.nextInt(1_500)));
      deliver(new RoundEvent.TimePassed());
    } else if (dice < 30) {
      operator();
    } else if (wire.isEmpty()) {
      idle();
    } else {
      deliverOne();
    }
  }

  private void idle() {
    if (calm || !mild) {
      machine.wakeAt().filter(at -> at.isAfter(now)).ifPresent(at -> now = at);
    }
    deliver(new RoundEvent.TimePassed());
  }

  private void deliverOne() {
    RoundEvent event = wire.remove(random.nextInt(wire.size()));
    boolean result = event instanceof RoundEvent.OfEffect;
    if (!calm && !result && random.nextInt(10) == 0) {
      return;
    }
    if (!calm && random.nextInt(6) == 0) {
      wire.add(event);
    }
    deliver(event);
  }

  private void deliver(RoundEvent event) {
    Decision decision = machine.decide(event, now);
    machine = decision.next();
    history.addAll(decision.transitions());
    invariants.check(machine.world(), decision, history);
    Set<EffectId> pending = new HashSet<>();
    for (Effect effect : machine.effects()) {
      pending.add(effect.id());
      if (executed.add(effect.id())) {
        execute(effect);
      }
    }
    executed.retainAll(pending);
  }

  private void execute(Effect effect) {
    if (effect instanceof Effect.OfferAssignment offer) {
      offered(offer);
    } else if (effect instanceof Effect.JudgeUpdate judge) {
      boolean bad = !calm && !mild && random.nextInt(12) == 0;
      outcome(
          effect,
          new RoundEvent.JudgementReady(
              judge.id(),
              bad ? new Judgement.Refused("NOT_FINITE", "NaN") : new Judgement.Passed(1)));
    } else if (effect instanceof Effect.Aggregate aggregate) {
      outcome(effect, aggregated(aggregate));
    } else if (effect instanceof Effect.Evaluate evaluate) {
      outcome(
          effect,
          new RoundEvent.EvaluationReady(
              evaluate.id(), Plans.figures(random.nextInt(1_000) / 1_000.0)));
    }
  }

  private void outcome(Effect effect, RoundEvent outcome) {
    boolean fails = !calm && random.nextInt(12) == 0;
    ErrorKind kind = random.nextBoolean() ? ErrorKind.WORKER_CRASHED : ErrorKind.CORRUPT;
    wire.add(fails ? new RoundEvent.EffectFailed(effect.id(), kind, "it broke") : outcome);
  }

  /** The candidate depends on what counted and on nothing else. */
  static RoundEvent aggregated(Effect.Aggregate aggregate) {
    if (aggregate.counted().isEmpty()) {
      throw new AssertionError("aggregates nothing");
    }
    String name =
        aggregate.base().manifest().digest()
            + aggregate.counted().stream()
                .map(assignment -> assignment.node().value())
                .collect(Collectors.joining(","));
    var candidate = new Candidate(Plans.checkpoint(name), new TreeMap<>());
    return new RoundEvent.AggregateReady(aggregate.id(), candidate, true);
  }

  private void offered(Effect.OfferAssignment offer) {
    AssignmentId id = offer.assignment();
    int dice = calm ? 99 : random.nextInt(100);
    if (dice < 5) {
      return;
    }
    if (dice < 10) {
      wire.add(new RoundEvent.NodeDeclined(id, "BUSY", "busy", mild || random.nextBoolean()));
      return;
    }
    wire.add(new RoundEvent.NodeAccepted(id));
    if (dice < 20) {
      wire.add(
          new RoundEvent.NodeFailed(
              id, ErrorKind.WORKER_CRASHED, mild || random.nextInt(4) > 0, "died"));
    } else {
      wire.add(
          new RoundEvent.UpdateStored(
              id, Plans.update(id.toString(), offer.checkpoint().manifest().digest())));
    }
  }

  private void join(NodeName node) {
    if (calm && sessions.containsKey(node)) {
      return;
    }
    sessions.put(node, ++lastSession);
    var profile = new NodeProfile(node, Set.of("a", "b"), 100);
    deliver(new RoundEvent.NodeJoined(profile, lastSession, List.of()));
  }

  private void leave() {
    NodeName node = nodes.get(random.nextInt(nodes.size()));
    Long session = sessions.remove(node);
    if (session != null) {
      deliver(new RoundEvent.NodeLeft(node, session));
    }
  }

  private void operator() {
    for (RunState run : List.copyOf(world().runs().values())) {
      RunId id = run.run();
      if (run.phase().held()) {
        deliver(new RoundEvent.ResumeAsked(id));
      } else if (!calm && random.nextInt(6) == 0 && !run.phase().ended()) {
        deliver(new RoundEvent.PauseAsked(id, "op"));
      }
    }
  }

  /** Kill -9: what was not journaled is gone, results of running effects too. */
  private void restart() {
    machine = new RoundMachine(World.fold(history));
    executed.clear();
    sessions.clear();
    wire.removeIf(event -> event instanceof RoundEvent.OfEffect);
    deliver(new RoundEvent.Restarted(2));
  }
}
