package io.tributary.simulations.world;

import io.tributary.client.session.DeclineReason;
import io.tributary.client.session.NodeReply;
import io.tributary.client.session.Offer;
import io.tributary.client.session.SessionEvent;
import io.tributary.coordinator.round.Effect;
import io.tributary.coordinator.round.RoundEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the wire makes of the words of the two cores. */
final class Offers {
  private Offers() {}

  static SessionEvent message(Effect.OfferAssignment offer, Instant now) {
    Duration left = Duration.between(now, offer.closesAt());
    var trained = offer.checkpoint().trained();
    return new SessionEvent.Offered(
        new Offer(
            offer.assignment(),
            offer.evaluates() ? Offer.Work.EVALUATE : Offer.Work.TRAIN,
            offer.spec().plan().deterministic() ? "deterministic" : "",
            Content.layout(),
            new Offer.FileNeeded(offer.spec().base().digest(), offer.spec().base().bytes()),
            new Offer.FileNeeded(trained.digest(), trained.bytes()),
            List.of(),
            left.isNegative() ? Duration.ZERO : left,
            offer.checkpoint().manifest().digest()));
  }

  /** Whether training for this offer repeats exactly. */
  static boolean repeats(Offer offer) {
    return !offer.plan().isEmpty();
  }

  static Optional<RoundEvent> event(NodeReply reply) {
    if (reply instanceof NodeReply.Accepted accepted) {
      return Optional.of(new RoundEvent.NodeAccepted(accepted.assignment()));
    }
    if (reply instanceof NodeReply.Declined declined) {
      boolean passing =
          declined.reason() == DeclineReason.BUSY || declined.reason() == DeclineReason.RESOURCES;
      return Optional.of(
          new RoundEvent.NodeDeclined(
              declined.assignment(), declined.reason().name(), declined.sentence(), passing));
    }
    if (reply instanceof NodeReply.Failed failed) {
      return Optional.of(
          new RoundEvent.NodeFailed(
              failed.assignment(), failed.kind(), failed.retryable(), failed.sentence()));
    }
    if (reply instanceof NodeReply.Evaluated evaluated) {
      return Optional.of(new RoundEvent.SiteEvaluated(evaluated.assignment(), evaluated.tally()));
    }
    return Optional.empty();
  }
}
