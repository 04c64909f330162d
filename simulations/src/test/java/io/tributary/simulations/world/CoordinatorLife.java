package io.tributary.simulations.world;

import io.tributary.client.session.NodeReply;
import io.tributary.client.session.SessionEvent;
import io.tributary.coordinator.round.Answer;
import io.tributary.coordinator.round.Decision;
import io.tributary.coordinator.round.Effect;
import io.tributary.coordinator.round.EffectId;
import io.tributary.coordinator.round.NodeProfile;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.coordinator.round.RoundMachine;
import io.tributary.coordinator.round.Staged;
import io.tributary.coordinator.round.World;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * One process of the coordinator, from opening the journal to its death: the real machine, and the
 * driver's order of things with a crash point between any two of them.
 */
final class CoordinatorLife {
  /** Dies here and now. */
  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String where;

    Crash(String where) {
      super(where, null, false, false);
      this.where = where;
    }
  }

  private record Item(RoundEvent event, Consumer<Answer> then) {}

  private record Reply(Item item, Answer answer) {}

  private static final int BATCH = 8;

  private final SimulatedWorld world;
  private final long epoch;
  private final Instant born;
  private final Instant serving;
  private final Deque<Item> inbox = new ArrayDeque<>();
  private final Set<EffectId> executed = new HashSet<>();
  private final SortedMap<NodeName, Link> links = new TreeMap<>();
  private final UploadDesk desk;
  private final CoordinatorWork work;
  private RoundMachine machine;
  private Optional<Instant> wake = Optional.empty();
  private long sessions;
  private boolean awaited;
  private boolean dead;

  /** Opens the journal and begins to serve; the wall clock may be wrong by the skew. */
  CoordinatorLife(SimulatedWorld world, Duration skew) {
    this.world = world;
    this.epoch = world.disk().open();
    World folded = World.fold(world.disk().history());
    this.machine = new RoundMachine(folded);
    this.born = world.timeline().now();
    Instant wall = born.plus(skew);
    this.serving = wall.isBefore(folded.latest()) ? folded.latest() : wall;
    this.desk = new UploadDesk(world, this);
    this.work = new CoordinatorWork(world, this);
    submit(new RoundEvent.Restarted(epoch), answer -> {});
  }

  boolean dead() {
    return dead;
  }

  UploadDesk desk() {
    return desk;
  }

  CoordinatorWork work() {
    return work;
  }

  World runs() {
    return machine.world();
  }

  RoundMachine machine() {
    return machine;
  }

  /** The time of decisions: never behind the journal, and not moved by leaps of the wall clock. */
  Instant now() {
    return serving.plus(Duration.between(born, world.timeline().now()));
  }

  boolean isFront() {
    return world.front().filter(front -> front == this).isPresent();
  }

  Optional<Link> link(NodeName node) {
    return Optional.ofNullable(links.get(node));
  }

  List<Link> links() {
    return List.copyOf(links.values());
  }

  void submit(RoundEvent event, Consumer<Answer> then) {
    if (!dead) {
      inbox.add(new Item(event, then));
      await();
    }
  }

  private void await() {
    if (!awaited) {
      awaited = true;
      world.timeline().after(world.dice().millis(0, 20), () -> guarded(this::turn));
    }
  }

  /** Runs a step of this process; what it throws on the way is its death. */
  void guarded(Runnable step) {
    if (dead) {
      return;
    }
    try {
      step.run();
    } catch (Crash crash) {
      world.trace().count("crash " + crash.where);
      world.coordinatorDies(this, crash.where);
    } catch (CoordinatorDisk.Fenced fenced) {
      world.trace().count("fenced write");
      world.coordinatorDies(this, "fenced");
    }
  }

  void crashPoint(String where) {
    if (world.dice().trouble(world.storm().crashPoint())) {
      throw new Crash(where);
    }
  }

  private void turn() {
    awaited = false;
    RoundMachine provisional = machine;
    List<Staged> staged = new ArrayList<>();
    List<Set<NodeName>> connected = new ArrayList<>();
    List<Effect> messages = new ArrayList<>();
    List<Reply> replies = new ArrayList<>();
    Instant now = now();
    int most = 1 + world.dice().below(BATCH);
    for (int i = 0; i < most && !inbox.isEmpty(); i++) {
      Item item = inbox.remove();
      world.trace().say("coordinator", "takes", item.event());
      Decision decision = provisional.decide(item.event(), now);
      provisional = decision.next();
      staged.addAll(decision.transitions());
      Set<NodeName> here = new TreeSet<>();
      provisional.world().roster().forEach(member -> here.add(member.profile().node()));
      decision.transitions().forEach(row -> connected.add(here));
      messages.addAll(decision.messages());
      replies.add(new Reply(item, decision.answer()));
    }
    commit(staged, connected);
    machine = provisional;
    if (isFront()) {
      world.invariants().hold(machine.world(), now);
    }
    crashPoint("before effects");
    messages.forEach(this::execute);
    derive();
    crashPoint("before answers");
    for (Reply reply : replies) {
      reply.item().then().accept(reply.answer());
    }
    if (!inbox.isEmpty()) {
      await();
    }
    wakeUp();
  }

  private void commit(List<Staged> staged, List<Set<NodeName>> connected) {
    if (staged.isEmpty()) {
      return;
    }
    crashPoint("before commit");
    List<Staged> rows = world.disk().append(epoch, staged);
    rows.forEach(
        row -> world.trace().say("journal", row.run() + " " + row.sequence(), row.transition()));
    world.invariants().journaled(rows, connected);
    crashPoint("after commit");
  }

  private void derive() {
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
    crashPoint("at an effect");
    if (effect instanceof Effect.OfferAssignment offer) {
      offer(offer);
    } else if (effect instanceof Effect.CancelAssignment cancel) {
      session(cancel.assignment(), cancel.session())
          .ifPresent(
              link ->
                  link.toNode(new SessionEvent.CancelAsked(cancel.assignment(), cancel.reason())));
    } else {
      work.execute(effect);
    }
  }

  private void offer(Effect.OfferAssignment offer) {
    if (isFront()) {
      world.invariants().offered(offer.assignment());
    }
    session(offer.assignment(), offer.session())
        .ifPresent(link -> link.toNode(Offers.message(offer, now())));
  }

  private Optional<Link> session(AssignmentId assignment, long session) {
    return link(assignment.node()).filter(link -> link.session() == session);
  }

  private void wakeUp() {
    Optional<Instant> next = machine.wakeAt();
    if (next.isEmpty() || (wake.isPresent() && !wake.get().isAfter(next.get()))) {
      return;
    }
    wake = next;
    Duration wait = Duration.between(now(), next.get());
    Duration least = Duration.ofMillis(1);
    world.timeline().after(wait.compareTo(least) < 0 ? least : wait, () -> guarded(this::awake));
  }

  private void awake() {
    wake = Optional.empty();
    submit(new RoundEvent.TimePassed(), answer -> {});
  }

  void hello(Link link, List<AssignmentId> open) {
    Link older = links.get(link.name());
    link.joined(++sessions);
    links.put(link.name(), link);
    if (older != null && older.serverOpen()) {
      world.trace().count("superseded call");
      older.superseded();
    }
    link.toNode(new SessionEvent.Welcomed(Duration.ZERO));
    var profile =
        new NodeProfile(link.name(), Set.of("a", "b"), Content.DECLARED, Content.VALIDATION);
    submit(new RoundEvent.NodeJoined(profile, link.session(), open), answer -> {});
  }

  /** A call is over, be it the newest of its node or an older one. */
  void left(Link link) {
    links.remove(link.name(), link);
    submit(new RoundEvent.NodeLeft(link.name(), link.session()), answer -> {});
  }

  void fromNode(Link link, NodeReply reply) {
    Violation.unless(
        reply.assignment().node().equals(link.name()), "nodes speak for themselves", reply);
    Offers.event(reply).ifPresent(event -> submit(event, answer -> {}));
  }

  /** Kill -9. */
  void die() {
    dead = true;
    inbox.clear();
    desk.serverDied();
    List<Link> open = links();
    links.clear();
    open.forEach(Link::serverDied);
  }
}
