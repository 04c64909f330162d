package io.tributary.client.session;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.AssignmentId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * All that a session remembers.
 *
 * @param stopping nothing new is taken; the session ends when no work is left
 * @param failures connections lost in a row
 * @param joinedAt when the present connection was welcomed
 * @param reason why the session is where it is, for people
 * @param open assignments without receipt, by id
 * @param ended last answers to ended assignments, oldest first
 * @param nextTicket of the next work
 * @param returnWithin over how long all nodes spread their return, as the coordinator said last
 */
public record SessionState(
    Phase phase,
    boolean stopping,
    int failures,
    Optional<Instant> joinedAt,
    String reason,
    SortedMap<AssignmentId, OpenAssignment> open,
    List<NodeReply> ended,
    long nextTicket,
    Duration returnWithin) {
  public SessionState {
    requireNonNull(phase, "phase");
    requireNonNull(joinedAt, "joinedAt");
    requireNonNull(reason, "reason");
    requireNonNull(returnWithin, "returnWithin");
    open = Collections.unmodifiableSortedMap(new TreeMap<>(open));
    ended = List.copyOf(ended);
  }

  /** Before anything happened. */
  public static SessionState initial() {
    return new SessionState(
        Phase.DISCONNECTED,
        false,
        0,
        Optional.empty(),
        "starting",
        Collections.emptySortedMap(),
        List.of(),
        1,
        Duration.ZERO);
  }

  /** The open assignment of an id, if its present work has this ticket. */
  Optional<OpenAssignment> find(AssignmentId id, long ticket) {
    return Optional.ofNullable(open.get(id)).filter(known -> known.ticket() == ticket);
  }

  Optional<NodeReply> answerOf(AssignmentId id) {
    return ended.stream().filter(reply -> reply.assignment().equals(id)).findFirst();
  }

  boolean works() {
    return open.values().stream().anyMatch(assignment -> assignment.stage().works());
  }

  SessionState in(Phase next, String why) {
    Optional<Instant> joined = next.connected() ? joinedAt : Optional.empty();
    return new SessionState(
        next, stopping, failures, joined, why, open, ended, nextTicket, returnWithin);
  }

  SessionState joined(Instant now) {
    return new SessionState(
        Phase.JOINED,
        stopping,
        failures,
        Optional.of(now),
        "joined",
        open,
        ended,
        nextTicket,
        returnWithin);
  }

  SessionState withFailures(int count) {
    return new SessionState(
        phase, stopping, count, joinedAt, reason, open, ended, nextTicket, returnWithin);
  }

  SessionState withReturn(Duration within) {
    return new SessionState(
        phase, stopping, failures, joinedAt, reason, open, ended, nextTicket, within);
  }

  SessionState withStopping() {
    return new SessionState(
        phase, true, failures, joinedAt, reason, open, ended, nextTicket, returnWithin);
  }

  SessionState with(OpenAssignment assignment) {
    return edited(
        map -> {
          map.put(assignment.id(), assignment);
          return map;
        });
  }

  SessionState without(AssignmentId id) {
    return edited(
        map -> {
          map.remove(id);
          return map;
        });
  }

  SessionState ticketTaken() {
    return new SessionState(
        phase, stopping, failures, joinedAt, reason, open, ended, nextTicket + 1, returnWithin);
  }

  /** Ends an assignment with the answer that is given again when it is offered again. */
  SessionState ended(NodeReply reply, int remembered) {
    List<NodeReply> replies = new ArrayList<>(ended);
    replies.removeIf(old -> old.assignment().equals(reply.assignment()));
    replies.add(reply);
    List<NodeReply> kept =
        replies.subList(Math.max(0, replies.size() - remembered), replies.size());
    SessionState next = without(reply.assignment());
    return new SessionState(
        phase, stopping, failures, joinedAt, reason, next.open, kept, nextTicket, returnWithin);
  }

  private SessionState edited(UnaryOperator<SortedMap<AssignmentId, OpenAssignment>> edit) {
    return new SessionState(
        phase,
        stopping,
        failures,
        joinedAt,
        reason,
        edit.apply(new TreeMap<>(open)),
        ended,
        nextTicket,
        returnWithin);
  }
}
