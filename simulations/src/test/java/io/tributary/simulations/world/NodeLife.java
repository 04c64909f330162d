package io.tributary.simulations.world;

import io.tributary.client.session.Decision;
import io.tributary.client.session.SessionEffect;
import io.tributary.client.session.SessionEvent;
import io.tributary.client.session.SessionMachine;
import io.tributary.client.session.SessionRules;
import io.tributary.client.session.SessionState;
import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** One process of a node: the real session, and what its driver does with the effects. */
final class NodeLife {
  private static final Duration WELCOME_WITHIN = Duration.ofSeconds(30);

  private final SimulatedWorld world;
  private final VirtualNode node;
  private final SessionMachine machine;
  private final NodeTasks tasks;
  private final Deque<SessionEffect.Submit> submissions = new ArrayDeque<>();
  private final Set<Long> stopped = new HashSet<>();
  private SessionState state = SessionState.initial();
  private Optional<Link> link = Optional.empty();
  private long number;
  private boolean submitting;
  private boolean dead;

  NodeLife(SimulatedWorld world, VirtualNode node) {
    this.world = world;
    this.node = node;
    this.machine = new SessionMachine(SessionRules.defaults(), world.dice().fork());
    this.tasks = new NodeTasks(world, node, this);
  }

  void start() {
    tell(
        new SessionEvent.Started(
            node.disk().entrySet().stream()
                .map(e -> new SessionEvent.HeldUpdate(e.getKey(), e.getValue().checkpoint()))
                .toList()));
  }

  NodeName name() {
    return node.name();
  }

  boolean dead() {
    return dead;
  }

  Optional<Link> link() {
    return link;
  }

  SessionState state() {
    return state;
  }

  /** Kill -9. */
  void die() {
    dead = true;
    link.ifPresent(Link::nodeEnds);
    link = Optional.empty();
  }

  /** Hands an event to the session soon, after those that wait already. */
  void post(SessionEvent event) {
    world.timeline().after(Duration.ZERO, () -> tell(event));
  }

  void tell(SessionEvent event) {
    if (dead) {
      return;
    }
    world.trace().say(name().value(), "takes", event);
    Decision decision = machine.decide(state, event, world.timeline().now());
    state = decision.state();
    long training = state.open().values().stream().filter(open -> open.stage().trains()).count();
    Violation.unless(training <= 1, "no node trains two assignments at once", state.open());
    for (SessionEffect effect : decision.effects()) {
      execute(effect);
    }
  }

  void fromLink(long of, SessionEvent event) {
    if (of == number) {
      tell(event);
    }
  }

  /** A call was opened for the connection of this number, unless it is given up already. */
  boolean attach(long of, Link opened) {
    if (dead || of != number) {
      return false;
    }
    link = Optional.of(opened);
    return true;
  }

  boolean wants(long connection) {
    return !dead && connection == number;
  }

  private void execute(SessionEffect effect) {
    if (effect instanceof SessionEffect.Connect connect) {
      connect(connect);
    } else if (effect instanceof SessionEffect.ConnectAt at) {
      at(at.time(), new SessionEvent.ConnectDue());
    } else if (effect instanceof SessionEffect.Disconnect) {
      disconnect();
    } else if (effect instanceof SessionEffect.Send send) {
      link.ifPresent(call -> call.toServer(send.reply()));
    } else if (effect instanceof SessionEffect.End end) {
      world.trace().count("session " + end.phase());
      node.ended();
    } else {
      work(effect);
    }
  }

  private void work(SessionEffect effect) {
    if (effect instanceof SessionEffect.Begin begin) {
      tasks.begin(begin.ticket(), begin.offer());
    } else if (effect instanceof SessionEffect.Stop stop) {
      stopped.add(stop.ticket());
      tasks.stop(stop.ticket());
    } else if (effect instanceof SessionEffect.Submit submit) {
      submissions.add(submit);
      submitNext();
    } else if (effect instanceof SessionEffect.SubmitAt at) {
      at(at.time(), new SessionEvent.SubmitDue(at.id(), at.ticket()));
    } else if (effect instanceof SessionEffect.Discard discard) {
      if (node.disk().containsKey(discard.id())) {
        world.invariants().discarded(discard.id());
      }
      tasks.discard(discard.id());
    }
  }

  private void at(Instant time, SessionEvent event) {
    world.timeline().at(time, () -> tell(event));
  }

  private void connect(SessionEffect.Connect connect) {
    long mine = ++number;
    link.ifPresent(Link::nodeEnds);
    link = Optional.empty();
    world.connect(this, mine, connect.open());
    world.timeline().after(WELCOME_WITHIN, () -> giveUpOn(mine));
  }

  private void giveUpOn(long mine) {
    boolean waits = state.phase() == io.tributary.client.session.Phase.CONNECTING;
    if (mine == number && !dead && waits) {
      disconnect();
      tell(new SessionEvent.ConnectionLost(ErrorKind.TIMED_OUT, "no Welcome", Optional.empty()));
    }
  }

  private void disconnect() {
    number++;
    link.ifPresent(Link::nodeEnds);
    link = Optional.empty();
  }

  /** Updates are sent one after the other. */
  private void submitNext() {
    if (submitting || dead || submissions.isEmpty()) {
      return;
    }
    SessionEffect.Submit next = submissions.remove();
    submitting = true;
    UpdateFacts facts = node.disk().get(next.id());
    if (stopped.contains(next.ticket())) {
      submitting = false;
      submitNext();
    } else if (facts == null) {
      submissionEnded(
          new SessionEvent.SubmissionFailed(
              next.id(), next.ticket(), ErrorKind.NOT_FOUND, "no file", Optional.empty()));
    } else {
      new Upload(world, this, next.id(), next.ticket(), facts).begin();
    }
  }

  void receipted(AssignmentId id, Digest update, SessionEvent.Receipted event) {
    if (!dead) {
      submitting = false;
      world.invariants().receiptArrives(id, update);
      post(event);
      submitNext();
    }
  }

  void submissionEnded(SessionEvent.SubmissionFailed failure) {
    if (!dead) {
      submitting = false;
      world.trace().count("submission failed " + failure.kind());
      if (!stopped.contains(failure.ticket())) {
        post(failure);
      }
      submitNext();
    }
  }
}
