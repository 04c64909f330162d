package io.tributary.client.session;

import io.tributary.client.session.SessionEvent.CancelAsked;
import io.tributary.client.session.SessionEvent.Offered;
import io.tributary.client.session.SessionEvent.Receipted;
import io.tributary.client.session.SessionEvent.SubmissionFailed;
import io.tributary.client.session.SessionEvent.SubmitDue;
import io.tributary.client.session.SessionEvent.TaskAccepted;
import io.tributary.client.session.SessionEvent.TaskDeclined;
import io.tributary.client.session.SessionEvent.TaskEvaluated;
import io.tributary.client.session.SessionEvent.TaskFailed;
import io.tributary.client.session.SessionEvent.TaskTrained;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The part of a session that concerns assignments. One assignment is trained once: when it is
 * offered again, the answer is given again. A finished update leaves the disk only with its
 * receipt, on Cancel, when its round is over, or when the coordinator refuses it for good.
 */
final class AssignmentMoves {
  /** The round is closed or its run is gone: nobody waits for the update. */
  private static final Set<ErrorKind> UNWANTED = EnumSet.of(ErrorKind.STALE, ErrorKind.NOT_FOUND);

  /**
   * The same bytes will be refused again, or are there no more. CORRUPT is not among them: the
   * coordinator has thrown away what it had stored, and the next try sends all bytes again.
   */
  private static final Set<ErrorKind> LOST =
      EnumSet.of(
          ErrorKind.INVALID_ARGUMENT,
          ErrorKind.INVALID_CONFIG,
          ErrorKind.INVALID_DATA,
          ErrorKind.REFUSED,
          // the update decayed on this disk: the coordinator may ask again
          ErrorKind.WORKER_FAILED);

  private final SessionRules rules;
  private final RandomGenerator random;

  AssignmentMoves(SessionRules rules, RandomGenerator random) {
    this.rules = rules;
    this.random = random;
  }

  void decide(Turn turn, SessionEvent event) {
    if (event instanceof Offered offered) {
      offered(turn, offered.offer());
    } else if (event instanceof CancelAsked cancel) {
      cancelled(turn, cancel);
    } else if (event instanceof SubmissionFailed failed) {
      submissionFailed(turn, failed);
    } else if (event instanceof SubmitDue due) {
      submitDue(turn, due);
    } else {
      results(turn, event);
    }
  }

  private void results(Turn turn, SessionEvent event) {
    if (event instanceof TaskAccepted accepted) {
      accepted(turn, accepted);
    } else if (event instanceof TaskDeclined declined) {
      declined(turn, declined);
    } else if (event instanceof TaskTrained trained) {
      trained(turn, trained);
    } else if (event instanceof TaskEvaluated evaluated) {
      evaluated(turn, evaluated);
    } else if (event instanceof TaskFailed failed) {
      failed(turn, failed);
    } else if (event instanceof Receipted receipted) {
      receipted(turn, receipted);
    }
  }

  private void offered(Turn turn, Offer offer) {
    if (!turn.state().phase().connected()) {
      return;
    }
    OpenAssignment known = turn.state().open().get(offer.id());
    if (known != null && known.checkpoint().equals(offer.checkpoint())) {
      offeredAgain(turn, known.closing(turn.now.plus(offer.timeLeft())));
      return;
    }
    if (known != null) {
      turn.drop(known, "offered again from another checkpoint");
    }
    var answered = turn.state().answerOf(offer.id());
    if (answered.isPresent()) {
      turn.answer(answered.get());
    } else {
      offeredFirst(turn, offer);
    }
  }

  private static void offeredAgain(Turn turn, OpenAssignment known) {
    turn.become(turn.state().with(known));
    if (known.stage() != Stage.EXAMINING) {
      turn.answer(new NodeReply.Accepted(known.id()));
    }
    if (known.stage() == Stage.HELD) {
      submit(turn, known);
    }
  }

  private void offeredFirst(Turn turn, Offer offer) {
    if (turn.state().stopping()) {
      busy(turn, offer.id(), "the node is stopping");
      return;
    }
    for (OpenAssignment other : List.copyOf(turn.state().open().values())) {
      if (sameRun(other.id(), offer.id()) && other.id().compareTo(offer.id()) > 0) {
        busy(turn, offer.id(), "the node works on the newer " + other.id());
        return;
      }
    }
    for (OpenAssignment other : List.copyOf(turn.state().open().values())) {
      // what is being submitted may have its receipt already, which the offer has overtaken
      if (sameRun(other.id(), offer.id()) && other.stage() != Stage.SUBMITTING) {
        turn.drop(other, "the run has gone on to " + offer.id());
      }
    }
    begin(turn, offer);
  }

  private void begin(Turn turn, Offer offer) {
    var training =
        turn.state().open().values().stream().filter(other -> other.stage().trains()).toList();
    if (training.size() >= rules.atOnce()) {
      busy(turn, offer.id(), "the node works on " + training.get(0).id());
      return;
    }
    long ticket = turn.state().nextTicket();
    Instant closesAt = turn.now.plus(offer.timeLeft());
    turn.become(
        turn.state()
            .ticketTaken()
            .with(
                new OpenAssignment(
                    offer.id(), ticket, Stage.EXAMINING, offer.checkpoint(), closesAt, 0)));
    turn.add(new SessionEffect.Begin(ticket, offer));
  }

  private static void busy(Turn turn, AssignmentId id, String sentence) {
    turn.answer(new NodeReply.Declined(id, DeclineReason.BUSY, sentence));
  }

  private static void cancelled(Turn turn, CancelAsked cancel) {
    OpenAssignment known = turn.state().open().get(cancel.id());
    if (known != null) {
      turn.drop(known, cancel.reason());
    }
  }

  private static void accepted(Turn turn, TaskAccepted accepted) {
    turn.state()
        .find(accepted.id(), accepted.ticket())
        .filter(known -> known.stage() == Stage.EXAMINING)
        .ifPresent(
            known -> {
              turn.become(turn.state().with(known.at(Stage.TRAINING)));
              turn.answer(new NodeReply.Accepted(known.id()));
            });
  }

  private static void declined(Turn turn, TaskDeclined declined) {
    turn.state()
        .find(declined.id(), declined.ticket())
        .filter(known -> known.stage() == Stage.EXAMINING)
        .ifPresent(
            known -> {
              turn.become(turn.state().without(known.id()));
              turn.answer(
                  new NodeReply.Declined(known.id(), declined.reason(), declined.sentence()));
            });
  }

  private static void trained(Turn turn, TaskTrained trained) {
    turn.state()
        .find(trained.id(), trained.ticket())
        .filter(known -> known.stage() == Stage.TRAINING)
        .ifPresent(
            known -> {
              if (turn.state().phase().connected()) {
                submit(turn, known);
              } else {
                turn.become(turn.state().with(known.at(Stage.HELD)));
              }
            });
  }

  /** The answer is remembered: where the assignment is offered again it is given again. */
  private void evaluated(Turn turn, TaskEvaluated evaluated) {
    turn.state()
        .find(evaluated.id(), evaluated.ticket())
        .filter(known -> known.stage() == Stage.TRAINING)
        .ifPresent(
            known -> end(turn, known, new NodeReply.Evaluated(known.id(), evaluated.tally())));
  }

  private static void submit(Turn turn, OpenAssignment known) {
    turn.become(turn.state().with(known.at(Stage.SUBMITTING)));
    turn.add(new SessionEffect.Submit(known.id(), known.ticket()));
  }

  private void failed(Turn turn, TaskFailed failed) {
    turn.state()
        .find(failed.id(), failed.ticket())
        .filter(known -> known.stage().trains())
        .ifPresent(known -> fail(turn, known, failed.kind(), failed.sentence()));
  }

  private void fail(Turn turn, OpenAssignment known, ErrorKind kind, String sentence) {
    var reply = new NodeReply.Failed(known.id(), kind, kind.retryable(), sentence);
    end(turn, known, reply);
  }

  private void end(Turn turn, OpenAssignment known, NodeReply reply) {
    turn.become(turn.state().ended(reply, rules.remembered()));
    turn.answer(reply);
    turn.add(new SessionEffect.Discard(known.id()));
  }

  private void receipted(Turn turn, Receipted receipted) {
    turn.state()
        .find(receipted.id(), receipted.ticket())
        .ifPresent(
            known -> end(turn, known, new NodeReply.Finished(known.id(), receipted.metrics())));
  }

  private void submissionFailed(Turn turn, SubmissionFailed failed) {
    var submitting =
        turn.state()
            .find(failed.id(), failed.ticket())
            .filter(known -> known.stage() == Stage.SUBMITTING);
    if (submitting.isEmpty()) {
      return;
    }
    OpenAssignment known = submitting.get();
    if (UNWANTED.contains(failed.kind())) {
      turn.become(turn.state().without(known.id()));
      turn.add(new SessionEffect.Discard(known.id()));
    } else if (LOST.contains(failed.kind())) {
      fail(turn, known, failed.kind(), failed.sentence());
    } else {
      hold(turn, known, failed);
    }
  }

  /** Tries again later, until the round's time is over; then the next offer or Welcome decides. */
  private void hold(Turn turn, OpenAssignment known, SubmissionFailed failed) {
    OpenAssignment held = known.heldAfterFailure();
    turn.become(turn.state().with(held));
    Duration wait =
        failed
            .window()
            .map(window -> Jitter.within(random, window))
            .orElseGet(() -> Jitter.full(random, rules.backOff(held.tries())));
    Instant again = turn.now.plus(wait);
    if (!again.isAfter(held.closesAt())) {
      turn.add(new SessionEffect.SubmitAt(held.id(), held.ticket(), again));
    }
  }

  private static void submitDue(Turn turn, SubmitDue due) {
    turn.state()
        .find(due.id(), due.ticket())
        .filter(known -> known.stage() == Stage.HELD && turn.state().phase().connected())
        .ifPresent(known -> submit(turn, known));
  }

  private static boolean sameRun(AssignmentId one, AssignmentId other) {
    return one.round().run().equals(other.round().run());
  }
}
