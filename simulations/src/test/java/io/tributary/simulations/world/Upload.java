package io.tributary.simulations.world;

import io.tributary.client.session.SessionEvent;
import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One submission as its node sees it: a call with a deadline, answered once. The same call may
 * reach the coordinator twice.
 */
final class Upload {
  private static final Duration DEADLINE = Duration.ofMinutes(3);

  private final SimulatedWorld world;
  private final NodeLife node;
  private final AssignmentId id;
  private final long ticket;
  private final UpdateFacts facts;
  private boolean answered;

  Upload(SimulatedWorld world, NodeLife node, AssignmentId id, long ticket, UpdateFacts facts) {
    this.world = world;
    this.node = node;
    this.id = id;
    this.ticket = ticket;
    this.facts = facts;
  }

  AssignmentId id() {
    return id;
  }

  UpdateFacts facts() {
    return facts;
  }

  void begin() {
    world.timeline().after(world.net().delay(), this::reach);
    if (world.dice().trouble(world.storm().duplicate())) {
      world.trace().count("submission doubled");
      world.timeline().after(world.net().delay(), this::reach);
    }
    world.timeline().after(DEADLINE, () -> failed(ErrorKind.TIMED_OUT));
  }

  private void reach() {
    Optional<CoordinatorLife> front = world.front();
    if (world.net().isCut(id.node()) || front.isEmpty()) {
      failed(ErrorKind.UNREACHABLE);
    } else {
      front.get().desk().begin(new UploadDesk.Sending(this));
    }
  }

  /** The answer leaves the coordinator; it may be lost on the way. */
  void answer(Runnable arrival) {
    if (world.net().isCut(id.node()) || world.dice().trouble(world.storm().loss())) {
      world.trace().count("answer to a submission lost");
      return;
    }
    world.timeline().after(world.net().delay(), arrival);
  }

  void receipt() {
    if (ends()) {
      node.receipted(id, facts.digest(), new SessionEvent.Receipted(id, ticket, new TreeMap<>()));
    }
  }

  void failed(ErrorKind kind) {
    if (ends()) {
      var failure =
          new SessionEvent.SubmissionFailed(id, ticket, kind, kind.name(), Optional.empty());
      node.submissionEnded(failure);
    }
  }

  /** The coordinator died under the call. */
  void serverDied() {
    if (world.dice().chance(0.7)) {
      world.timeline().after(world.net().delay(), () -> failed(ErrorKind.UNREACHABLE));
    }
  }

  private boolean ends() {
    boolean first = !answered;
    answered = true;
    return first;
  }
}
