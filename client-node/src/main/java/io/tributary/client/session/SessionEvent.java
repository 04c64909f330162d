package io.tributary.client.session;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tally.Tally;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** What happens to a session: the coordinator's messages, timers, and the results of own work. */
public sealed interface SessionEvent {
  /** The process started with these finished updates on its disk. */
  record Started(List<HeldUpdate> held) implements SessionEvent {
    public Started {
      held = List.copyOf(held);
    }
  }

  /** A finished update found on the disk. */
  record HeldUpdate(AssignmentId id, Digest checkpoint) {
    public HeldUpdate {
      requireNonNull(id, "id");
      requireNonNull(checkpoint, "checkpoint");
    }
  }

  /** The time of the next connection has come. */
  record ConnectDue() implements SessionEvent {}

  /**
   * The coordinator took this node in.
   *
   * @param returnWithin over how long all nodes spread their return after a loss; zero: not at all
   */
  record Welcomed(Duration returnWithin) implements SessionEvent {
    public Welcomed {
      requireNonNull(returnWithin, "returnWithin");
    }
  }

  /**
   * The connection failed or ended.
   *
   * @param window the server's wish when to come back
   */
  record ConnectionLost(ErrorKind kind, String sentence, Optional<RetryWindow> window)
      implements SessionEvent {
    public ConnectionLost {
      requireNonNull(kind, "kind");
      requireNonNull(sentence, "sentence");
      requireNonNull(window, "window");
    }
  }

  /** The coordinator asks to come back later. */
  record RetryAsked(RetryWindow window, String reason) implements SessionEvent {
    public RetryAsked {
      requireNonNull(window, "window");
      requireNonNull(reason, "reason");
    }
  }

  /** The coordinator spreads its nodes over this span; the node draws evenly inside it. */
  record RetryWindow(Duration min, Duration max) {
    public RetryWindow {
      requireNonNull(min, "min");
      requireNonNull(max, "max");
    }
  }

  /** Another process joined under this node's name. */
  record SupersededByOther() implements SessionEvent {}

  /**
   * The coordinator goes down on purpose.
   *
   * @param returnWithin as in {@link Welcomed}
   */
  record DrainAsked(Duration returnWithin) implements SessionEvent {
    public DrainAsked {
      requireNonNull(returnWithin, "returnWithin");
    }
  }

  /** The site's data are not those of the last card any more. */
  record DataChanged() implements SessionEvent {}

  /** An assignment came, for the first time or again. */
  record Offered(Offer offer) implements SessionEvent {
    public Offered {
      requireNonNull(offer, "offer");
    }
  }

  /** The coordinator gave an assignment up. */
  record CancelAsked(AssignmentId id, String reason) implements SessionEvent {
    public CancelAsked {
      requireNonNull(id, "id");
      requireNonNull(reason, "reason");
    }
  }

  /** Policy and data allow the assignment. */
  record TaskAccepted(AssignmentId id, long ticket) implements SessionEvent {}

  /** Policy, data or abilities do not allow the assignment. */
  record TaskDeclined(AssignmentId id, long ticket, DeclineReason reason, String sentence)
      implements SessionEvent {}

  /** The update is complete and forced to the node's disk. */
  record TaskTrained(AssignmentId id, long ticket) implements SessionEvent {}

  /** The checkpoint is evaluated. */
  record TaskEvaluated(AssignmentId id, long ticket, Tally tally) implements SessionEvent {
    public TaskEvaluated {
      requireNonNull(tally, "tally");
    }
  }

  /** The work ended without an update. */
  record TaskFailed(AssignmentId id, long ticket, ErrorKind kind, String sentence)
      implements SessionEvent {}

  /** The coordinator's receipt for the update came. */
  record Receipted(AssignmentId id, long ticket, SortedMap<String, Double> metrics)
      implements SessionEvent {}

  /** Sending the update failed. */
  record SubmissionFailed(
      AssignmentId id, long ticket, ErrorKind kind, String sentence, Optional<RetryWindow> window)
      implements SessionEvent {}

  /** The time of the next submission of a held update has come. */
  record SubmitDue(AssignmentId id, long ticket) implements SessionEvent {}

  /**
   * The process is asked to end.
   *
   * @param atOnce gives running work up; else it is finished first and nothing new is taken
   */
  record StopAsked(boolean atOnce) implements SessionEvent {}
}
