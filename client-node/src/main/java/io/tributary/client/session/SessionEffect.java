package io.tributary.client.session;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is to be done after a decision, in order. */
public sealed interface SessionEffect {
  /** Open the call and say Hello with the open assignments. */
  record Connect(List<AssignmentId> open) implements SessionEffect {
    public Connect {
      open = List.copyOf(open);
    }
  }

  /** Give {@link SessionEvent.ConnectDue} at this time. */
  record ConnectAt(Instant time) implements SessionEffect {}

  /** End the call; nothing that still comes from it counts. */
  record Disconnect() implements SessionEffect {}

  /** Send an answer on the open call. */
  record Send(NodeReply reply) implements SessionEffect {}

  /** Check the offer against policy and data, then fetch, train and store the update. */
  record Begin(long ticket, Offer offer) implements SessionEffect {}

  /** Give up the work of this ticket, training or submission, at once. */
  record Stop(AssignmentId id, long ticket, String reason) implements SessionEffect {}

  /** Send the stored update. */
  record Submit(AssignmentId id, long ticket) implements SessionEffect {}

  /** Give {@link SessionEvent.SubmitDue} at this time. */
  record SubmitAt(AssignmentId id, long ticket, Instant time) implements SessionEffect {}

  /** Delete what the disk holds for this assignment. */
  record Discard(AssignmentId id) implements SessionEffect {}

  /**
   * The session is over.
   *
   * @param failure kind, where it did not end on request
   */
  record End(Phase phase, Optional<ErrorKind> failure, String sentence) implements SessionEffect {}
}
