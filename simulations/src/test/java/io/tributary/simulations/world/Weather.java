package io.tributary.simulations.world;

import io.tributary.client.session.SessionEvent;
import io.tributary.coordinator.round.Answer;
import io.tributary.coordinator.round.Phase;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.NodeName;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What happens to the world from outside: deaths, cuts, operators, strangers. */
final class Weather {
  private static final Duration STRAYS = Duration.ofMinutes(3);

  private static final Duration IMPATIENCE = Duration.ofMinutes(1);

  private final SimulatedWorld world;

  Weather(SimulatedWorld world) {
    this.world = world;
  }

  void begin() {
    repeat(world.storm().kills(), this::coordinator);
    repeat(world.storm().nodeKills(), this::node);
    repeat(world.storm().cuts(), this::connection);
    repeat(world.storm().operator(), this::operator);
    if (!world.storm().mild()) {
      repeat(STRAYS, this::stray);
      if (world.dice().chance(0.25)) {
        world.timeline().after(world.dice().millis(60_000, 900_000), this::twin);
      }
    }
    if (world.storm().slowWork() > 0) {
      repeat(IMPATIENCE, this::impatience);
    }
    attend();
  }

  private void repeat(Duration mean, Runnable act) {
    world
        .timeline()
        .after(
            world.dice().around(mean),
            () -> {
              if (!world.dice().isCalm()) {
                act.run();
                repeat(mean, act);
              }
            });
  }

  private void coordinator() {
    int dice = world.dice().below(100);
    if (dice < 15 && !world.storm().mild()) {
      world.takeOver();
    } else if (dice < 30) {
      world.front().ifPresent(this::drain);
    } else {
      world.front().ifPresent(front -> world.coordinatorDies(front, "killed"));
    }
  }

  /** Goes down on purpose: says so, takes nothing new, ends. */
  private void drain(CoordinatorLife front) {
    world.trace().count("drain");
    front.links().forEach(link -> link.last(new SessionEvent.DrainAsked(Duration.ZERO)));
    world
        .timeline()
        .after(
            world.dice().millis(100, 5_000),
            () -> {
              if (!front.dead()) {
                world.coordinatorDies(front, "drained");
              }
            });
  }

  private void node() {
    VirtualNode node = world.dice().pick(world.nodes());
    if (world.dice().chance(0.8)) {
      node.kill();
      return;
    }
    node.life()
        .ifPresent(
            life -> {
              world.trace().count("node stopped");
              life.tell(new SessionEvent.StopAsked(world.dice().chance(0.5)));
            });
  }

  private void connection() {
    VirtualNode node = world.dice().pick(world.nodes());
    int dice = world.dice().below(100);
    if (dice < 50) {
      long most = world.storm().mild() ? 120_000 : 900_000;
      world.net().cut(node.name(), world.dice().millis(500, most));
      world.trace().say("net", "partition of", node.name());
      world.trace().count("partition");
    } else if (dice < 60) {
      world.trace().count("data changed");
      node.life().ifPresent(life -> life.tell(new SessionEvent.DataChanged()));
      return;
    } else if (dice < 70) {
      evict(node);
      return;
    }
    node.life().flatMap(NodeLife::link).ifPresent(Link::breaks);
  }

  private void evict(VirtualNode node) {
    var window = new SessionEvent.RetryWindow(Duration.ofSeconds(10), Duration.ofSeconds(20));
    world
        .front()
        .flatMap(front -> front.link(node.name()))
        .ifPresent(
            link -> {
              world.trace().count("evicted");
              link.last(new SessionEvent.RetryAsked(window, "evicted"));
            });
  }

  private void operator() {
    RunId run = world.dice().pick(world.specs()).run();
    int dice = world.dice().below(100);
    if (dice < 60) {
      wish(new RoundEvent.PauseAsked(run, "op"));
    } else if (dice < 95) {
      wish(new RoundEvent.ResumeAsked(run));
    } else {
      wish(new RoundEvent.StopAsked(run, "op"));
    }
  }

  /** Somebody holds a run whose aggregation takes long, and thinks better of it. */
  private void impatience() {
    for (RunWitness run : world.invariants().runs()) {
      if (run.phase() == Phase.AGGREGATING) {
        RunId id = run.spec().run();
        wish(new RoundEvent.PauseAsked(id, "op"));
        world
            .timeline()
            .after(world.dice().millis(100, 60_000), () -> wish(new RoundEvent.ResumeAsked(id)));
      }
    }
  }

  private void wish(RoundEvent wish) {
    world.front().ifPresent(front -> front.submit(wish, answer -> {}));
  }

  /** Held runs are resumed, in a storm after a while, in the calm soon. */
  private void attend() {
    boolean calm = world.dice().isCalm();
    for (RunWitness run : List.copyOf(world.invariants().runs())) {
      if (run.phase().held() && (calm || world.dice().chance(0.5))) {
        wish(new RoundEvent.ResumeAsked(run.spec().run()));
      }
    }
    world.timeline().after(Duration.ofSeconds(calm ? 30 : 240), this::attend);
  }

  /** Words about assignments that are not open, from nobody that was asked for them. */
  private void stray() {
    List<RunWitness> runs = new ArrayList<>(world.invariants().runs());
    if (runs.isEmpty()) {
      return;
    }
    RunWitness run = world.dice().pick(runs);
    NodeName name = world.dice().pick(world.nodes()).name();
    AssignmentId id = strange(run, name);
    var facts = Content.update(id.round(), name, run.current().manifest().digest(), "stray", false);
    world.trace().say("stranger", "submits", id);
    world.trace().count("foreign update");
    world
        .front()
        .ifPresent(
            front ->
                front.submit(
                    new RoundEvent.UpdateStored(id, facts),
                    answer ->
                        Violation.unless(
                            !(answer instanceof Answer.Receipted receipted)
                                || !receipted.update().equals(facts.digest()),
                            "nobody gets a receipt for what nobody asked for",
                            id)));
    wish(new RoundEvent.NodeFailed(id, io.tributary.federation.ErrorKind.INTERNAL, true, "?"));
  }

  private AssignmentId strange(RunWitness run, NodeName name) {
    var here = new RoundId(run.spec().run(), Math.max(0, run.round()));
    List<AssignmentId> over = new ArrayList<>(run.at(RunWitness.Place.OVER));
    over.addAll(run.at(RunWitness.Place.REFUSED));
    over.addAll(run.at(RunWitness.Place.PASSED));
    return switch (world.dice().below(4)) {
      case 0 -> new AssignmentId(new RoundId(new RunId("unknown"), 1), 1, name);
      case 1 -> new AssignmentId(here, run.attempt() + 7, name);
      case 2 -> new AssignmentId(new RoundId(here.run(), here.round() + 9), 1, name);
      default -> over.isEmpty() ? new AssignmentId(here, 99, name) : world.dice().pick(over);
    };
  }

  /** A second process under a node's name, on another machine, for a while. */
  private void twin() {
    if (world.dice().isCalm()) {
      return;
    }
    NodeName name = world.dice().pick(world.nodes()).name();
    var twin = new VirtualNode(world, name);
    world.trace().say(name.value(), "has a twin", "");
    world.trace().count("twin");
    twin.start();
    world.timeline().after(world.dice().millis(60_000, 600_000), twin::remove);
  }
}
