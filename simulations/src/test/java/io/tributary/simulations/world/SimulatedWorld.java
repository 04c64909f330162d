package io.tributary.simulations.world;

import io.tributary.client.session.SessionEvent;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.coordinator.round.RunState;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One federation under virtual time: a coordinator, its nodes, the net between them. */
final class SimulatedWorld {
  private final Timeline timeline = new Timeline();
  private final Dice dice;
  private final Storm storm;
  private final Trace trace;
  private final Net net;
  private final CoordinatorDisk disk = new CoordinatorDisk();
  private final Invariants invariants;
  private final List<VirtualNode> nodes = new ArrayList<>();
  private final List<RunSpec> specs = new ArrayList<>();
  private final Set<CoordinatorLife> fenced = new LinkedHashSet<>();
  private Optional<CoordinatorLife> front = Optional.empty();
  private long variants;

  /** Lines of the trace go to the listener where {@code heard}. */
  SimulatedWorld(Dice dice, Storm storm, boolean heard, java.util.function.Consumer<String> out) {
    this.dice = dice;
    this.storm = storm;
    this.trace = new Trace(timeline, heard, out);
    this.net = new Net(timeline, dice, storm, trace);
    this.invariants = new Invariants(disk, trace);
  }

  Timeline timeline() {
    return timeline;
  }

  Dice dice() {
    return dice;
  }

  Storm storm() {
    return storm;
  }

  Trace trace() {
    return trace;
  }

  Net net() {
    return net;
  }

  CoordinatorDisk disk() {
    return disk;
  }

  Invariants invariants() {
    return invariants;
  }

  List<VirtualNode> nodes() {
    return nodes;
  }

  List<RunSpec> specs() {
    return specs;
  }

  /** The coordinator whose address nodes reach. */
  Optional<CoordinatorLife> front() {
    return front;
  }

  /** Something that no other training has. */
  String variant() {
    return Long.toString(++variants);
  }

  VirtualNode add(NodeName name) {
    var node = new VirtualNode(this, name);
    nodes.add(node);
    return node;
  }

  void startCoordinator() {
    if (front.isEmpty()) {
      front = Optional.of(born());
    }
  }

  private CoordinatorLife born() {
    boolean leap = dice.trouble(storm.mild() ? 0.05 : 0.2);
    Duration skew = leap ? dice.millis(-3_600_000, 3_600_000) : Duration.ZERO;
    if (skew.isNegative()) {
      trace.count("clock set back");
    }
    trace.say("coordinator", "starts, its clock off by", skew);
    return new CoordinatorLife(this, skew);
  }

  /** A process of the coordinator is gone; the one that served is started again. */
  void coordinatorDies(CoordinatorLife life, String why) {
    trace.say("coordinator", "dies", why);
    life.die();
    fenced.remove(life);
    if (front.filter(serving -> serving == life).isPresent()) {
      trace.count("coordinator killed");
      front = Optional.empty();
      long most = dice.isCalm() || storm.mild() ? 60_000 : 300_000;
      timeline.after(dice.millis(200, most), this::startCoordinator);
    }
  }

  /** Another process opens the folder while the one that served lives on unreachable. */
  void takeOver() {
    front.ifPresent(
        old -> {
          trace.say("coordinator", "is taken over, the old one lives on", "");
          trace.count("takeover");
          front = Optional.empty();
          startCoordinator();
          fenced.add(old);
          old.links().forEach(Link::breaks);
          Duration lives = dice.millis(1_000, 300_000);
          timeline.after(lives, () -> fencedDies(old));
        });
  }

  private void fencedDies(CoordinatorLife old) {
    if (!old.dead()) {
      coordinatorDies(old, "fenced and ended");
    }
  }

  void connect(NodeLife life, long number, List<AssignmentId> open) {
    timeline.after(
        net.delay(),
        () -> {
          if (!life.wants(number)) {
            return;
          }
          if (net.isCut(life.name()) || front.isEmpty()) {
            var lost =
                new SessionEvent.ConnectionLost(
                    ErrorKind.UNREACHABLE, "nobody answers", Optional.empty());
            timeline.after(net.delay(), () -> life.fromLink(number, lost));
            return;
          }
          var link = new Link(this, life, number, front.get());
          if (life.attach(number, link)) {
            link.hello(open);
          }
        });
  }

  /** Whether every run that was asked for is over. */
  boolean ended() {
    return specs.stream()
        .allMatch(
            spec -> invariants.run(spec.run()).filter(run -> run.phase().ended()).isPresent());
  }

  /** From now on nothing goes wrong, and what is broken is mended. */
  void calm() {
    trace.say("world", "calm", "");
    dice.calm();
    net.heal();
    List.copyOf(fenced).forEach(this::fencedDies);
  }

  /** Lets time pass up to an instant, or until all runs are over. */
  void runUntil(Instant end, long mostLines) {
    while (!ended() && timeline.now().isBefore(end)) {
      Violation.unless(trace.lines() < mostLines, "the world comes to an end", trace.lines());
      timeline.step();
    }
  }

  /** The runs as the journal has them at the end. */
  List<RunState> results() {
    return List.copyOf(io.tributary.coordinator.round.World.fold(disk.history()).runs().values());
  }
}
