package io.tributary.client.session;

import static java.util.Objects.requireNonNull;

import io.tributary.client.session.SessionEvent.ConnectDue;
import io.tributary.client.session.SessionEvent.ConnectionLost;
import io.tributary.client.session.SessionEvent.DataChanged;
import io.tributary.client.session.SessionEvent.DrainAsked;
import io.tributary.client.session.SessionEvent.HeldUpdate;
import io.tributary.client.session.SessionEvent.RetryAsked;
import io.tributary.client.session.SessionEvent.Started;
import io.tributary.client.session.SessionEvent.StopAsked;
import io.tributary.client.session.SessionEvent.SupersededByOther;
import io.tributary.client.session.SessionEvent.Welcomed;
import io.tributary.federation.ErrorKind;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Decides what a session does next. It changes nothing itself: an event and a time give the next
 * state and effects.
 *
 * <pre>
 * Disconnected → Connecting    started, or the back-off is over
 * Connecting   → Joined        Welcome
 * Connecting, Joined, Draining
 *              → Disconnected  the connection is lost (back-off with full jitter), or Retry (evenly in its window)
 *              → Refused       the coordinator does not admit this node: for good
 *              → Superseded    another process joined under this name: for good
 * Joined       → Connecting    the site's data changed: a new card is told
 * Joined       → Draining      the coordinator goes down on purpose
 * any          → Stopped       asked to stop, and no work is left or it is to be given up
 *
 * Examining → Training → Submitting → receipt        work for one assignment
 * Submitting ↔ Held                                  retryable failures, lost connections
 * any → gone                                         Cancel, a newer assignment of the run, a closed round
 * </pre>
 *
 * Back-off: full jitter, a wait drawn evenly from nothing to the capped exponential (Brooker,
 * "Exponential Backoff And Jitter", AWS Architecture Blog 2015).
 */
public final class SessionMachine {
  /** A coordinator that asks for more is mistaken: an hour's silence helps nobody. */
  private static final Duration LONGEST_RETURN = Duration.ofMinutes(10);

  private static final Set<ErrorKind> FOR_GOOD =
      EnumSet.of(
          ErrorKind.NOT_ADMITTED,
          ErrorKind.INVALID_ARGUMENT,
          ErrorKind.INVALID_CONFIG,
          ErrorKind.REFUSED);

  private final SessionRules rules;
  private final RandomGenerator random;
  private final AssignmentMoves moves;

  public SessionMachine(SessionRules rules, RandomGenerator random) {
    this.rules = requireNonNull(rules, "rules");
    this.random = requireNonNull(random, "random");
    this.moves = new AssignmentMoves(rules, random);
  }

  /** The next state and what is to be done. In a terminal phase nothing changes. */
  public Decision decide(SessionState state, SessionEvent event, Instant now) {
    var turn = new Turn(state, now);
    if (!state.phase().terminal()) {
      if (!connection(turn, event)) {
        moves.decide(turn, event);
      }
      endIfDone(turn);
    }
    return turn.decision();
  }

  private boolean connection(Turn turn, SessionEvent event) {
    if (event instanceof Started started) {
      start(turn, started);
    } else if (event instanceof ConnectDue) {
      connect(turn);
    } else if (event instanceof Welcomed welcomed) {
      welcome(turn, welcomed);
    } else if (event instanceof ConnectionLost lost) {
      lost(turn, lost);
    } else if (event instanceof RetryAsked retry) {
      retryLater(turn, retry);
    } else if (event instanceof SupersededByOther) {
      superseded(turn);
    } else if (event instanceof DrainAsked drain) {
      drain(turn, drain);
    } else if (event instanceof DataChanged) {
      announceAgain(turn);
    } else if (event instanceof StopAsked stop) {
      stop(turn, stop);
    } else {
      return false;
    }
    return true;
  }

  private void start(Turn turn, Started started) {
    for (HeldUpdate held : started.held()) {
      long ticket = turn.state().nextTicket();
      turn.become(
          turn.state()
              .ticketTaken()
              .with(
                  new OpenAssignment(
                      held.id(), ticket, Stage.HELD, held.checkpoint(), turn.now, 0)));
    }
    connect(turn);
  }

  private static void connect(Turn turn) {
    if (turn.state().phase() == Phase.DISCONNECTED) {
      turn.become(turn.state().in(Phase.CONNECTING, "connecting"));
      turn.add(new SessionEffect.Connect(turn.openIds()));
    }
  }

  private void welcome(Turn turn, Welcomed welcomed) {
    if (turn.state().phase() != Phase.CONNECTING) {
      return;
    }
    turn.become(turn.state().joined(turn.now).withReturn(welcomed.returnWithin()));
    Instant unasked = turn.now.plus(rules.offerGrace());
    for (OpenAssignment assignment : turn.state().open().values()) {
      if (assignment.stage() == Stage.HELD) {
        turn.add(new SessionEffect.SubmitAt(assignment.id(), assignment.ticket(), unasked));
      }
    }
  }

  private void lost(Turn turn, ConnectionLost lost) {
    if (turn.state().phase() == Phase.DISCONNECTED) {
      return;
    }
    if (FOR_GOOD.contains(lost.kind())) {
      over(turn, Phase.REFUSED, Optional.of(lost.kind()), lost.sentence());
      return;
    }
    boolean good =
        turn.state()
            .joinedAt()
            .filter(since -> !turn.now.isBefore(since.plus(rules.stableAfter())))
            .isPresent();
    int failures = good ? 1 : turn.state().failures() + 1;
    Duration wait =
        lost.window()
            .map(window -> Jitter.within(random, window))
            .orElseGet(() -> Jitter.full(random, longestWait(turn.state(), failures)));
    away(turn, lost.sentence(), failures, wait);
  }

  /**
   * A connection that breaks alone comes back at once; when the first try fails too the coordinator
   * is down, for all of its nodes, and they spread their return as it asked them to.
   */
  private Duration longestWait(SessionState state, int failures) {
    Duration own = rules.backOff(failures);
    if (failures == 1 && state.phase() != Phase.DRAINING) {
      return own;
    }
    Duration asked = state.returnWithin();
    Duration spread = asked.compareTo(LONGEST_RETURN) > 0 ? LONGEST_RETURN : asked;
    return spread.compareTo(own) > 0 ? spread : own;
  }

  private void retryLater(Turn turn, RetryAsked retry) {
    if (turn.state().phase() == Phase.DISCONNECTED) {
      return;
    }
    turn.add(new SessionEffect.Disconnect());
    away(turn, retry.reason(), turn.state().failures(), Jitter.within(random, retry.window()));
  }

  private static void away(Turn turn, String reason, int failures, Duration wait) {
    turn.become(turn.state().in(Phase.DISCONNECTED, reason).withFailures(failures));
    turn.add(new SessionEffect.ConnectAt(turn.now.plus(wait)));
  }

  private static void superseded(Turn turn) {
    if (turn.state().phase() != Phase.DISCONNECTED) {
      over(
          turn,
          Phase.SUPERSEDED,
          Optional.of(ErrorKind.IN_USE),
          "node: another process joined under this name (expected: one process for each node)."
              + " Stop the other one, or give this one a certificate of its own.");
    }
  }

  private static void drain(Turn turn, DrainAsked drain) {
    if (turn.state().phase() == Phase.JOINED) {
      turn.become(
          turn.state()
              .in(Phase.DRAINING, "the coordinator is going down")
              .withReturn(drain.returnWithin()));
    }
  }

  /** A card is told with Hello alone, so a new one takes a new call; open work goes on. */
  private static void announceAgain(Turn turn) {
    if (turn.state().phase() == Phase.JOINED) {
      turn.add(new SessionEffect.Disconnect());
      turn.become(turn.state().in(Phase.DISCONNECTED, "the data changed"));
      connect(turn);
    }
  }

  private static void stop(Turn turn, StopAsked stop) {
    turn.become(turn.state().withStopping());
    if (stop.atOnce()) {
      over(turn, Phase.STOPPED, Optional.empty(), "stopped");
    }
  }

  private static void endIfDone(Turn turn) {
    SessionState state = turn.state();
    if (state.stopping() && !state.phase().terminal() && !state.works()) {
      over(turn, Phase.STOPPED, Optional.empty(), "stopped");
    }
  }

  /** Finished updates stay on the disk; running work is given up. */
  private static void over(Turn turn, Phase phase, Optional<ErrorKind> failure, String sentence) {
    for (OpenAssignment assignment : turn.state().open().values()) {
      turn.stopWork(assignment, sentence);
    }
    turn.add(new SessionEffect.Disconnect());
    turn.become(turn.state().in(phase, sentence));
    turn.add(new SessionEffect.End(phase, failure, sentence));
  }
}
