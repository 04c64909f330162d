package io.tributary.client.session;

import io.tributary.federation.AssignmentId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One decision in the making: the state so far and the effects so far. Confined to its caller. */
final class Turn {
  final Instant now;
  private SessionState state;
  private final List<SessionEffect> effects = new ArrayList<>();

  Turn(SessionState state, Instant now) {
    this.state = state;
    this.now = now;
  }

  SessionState state() {
    return state;
  }

  void become(SessionState next) {
    state = next;
  }

  void add(SessionEffect effect) {
    effects.add(effect);
  }

  /** Sends an answer, if there is a connection to send it on. */
  void answer(NodeReply reply) {
    if (state.phase().connected()) {
      add(new SessionEffect.Send(reply));
    }
  }

  /** Gives an assignment up: its work ends and its files go. */
  void drop(OpenAssignment assignment, String reason) {
    stopWork(assignment, reason);
    add(new SessionEffect.Discard(assignment.id()));
    become(state.without(assignment.id()));
  }

  void stopWork(OpenAssignment assignment, String reason) {
    if (assignment.stage().works()) {
      add(new SessionEffect.Stop(assignment.id(), assignment.ticket(), reason));
    }
  }

  List<AssignmentId> openIds() {
    return List.copyOf(state.open().keySet());
  }

  Decision decision() {
    return new Decision(state, effects);
  }
}
