package io.tributary.simulations.engine;

import io.tributary.client.session.DeclineReason;
import io.tributary.client.session.NodeReply;
import io.tributary.client.session.Offer;
import io.tributary.coordinator.registry.AssignmentOffer;
import io.tributary.coordinator.round.ArtifactRef;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.coordinator.round.UpdateGroup;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The words of coordinator and client for one thing, without the messages between them. */
final class NodeWords {
  private NodeWords() {}

  static Offer offer(AssignmentOffer offer) {
    return new Offer(
        offer.id(),
        offer.evaluates() ? Offer.Work.EVALUATE : Offer.Work.TRAIN,
        offer.plan(),
        offer.planDigest(),
        file(offer.base()),
        file(offer.trained()),
        offer.statistics().map(NodeWords::file),
        offer.control().map(NodeWords::file),
        offer.groups().stream()
            .map(g -> new Offer.GroupNeeded(g.name(), g.layout(), g.codec(), g.bytes()))
            .toList(),
        offer.timeLeft(),
        offer.checkpoint(),
        offer.lastCounted());
  }

  private static Offer.FileNeeded file(ArtifactRef file) {
    return new Offer.FileNeeded(file.digest(), file.bytes());
  }

  /** Empty for what a coordinator learns otherwise. */
  static Optional<RoundEvent.OfNode> event(NodeReply reply) {
    if (reply instanceof NodeReply.Accepted accepted) {
      return Optional.of(new RoundEvent.NodeAccepted(accepted.assignment()));
    }
    if (reply instanceof NodeReply.Declined declined) {
      return Optional.of(
          new RoundEvent.NodeDeclined(
              declined.assignment(),
              declined.reason().name(),
              declined.sentence(),
              askAgain(declined.reason())));
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

  private static boolean askAgain(DeclineReason reason) {
    return reason == DeclineReason.BUSY || reason == DeclineReason.RESOURCES;
  }

  /**
   * What is said of an update. Nothing is fetched here, so the bytes are those that a node with the
   * base model in its cache would have fetched.
   */
  static UpdateFacts facts(MadeUpdate update, Offer offer) {
    SortedMap<String, Double> metrics = new TreeMap<>();
    update
        .metrics()
        .forEach(
            (name, value) -> {
              if (Double.isFinite(value)) {
                metrics.put(name, value);
              }
            });
    return new UpdateFacts(
        offer.checkpoint(),
        update.groups().stream().map(NodeWords::group).toList(),
        update.examples(),
        update.steps(),
        metrics,
        update.groups().stream().mapToLong(group -> group.bytes().length).sum(),
        offer.trained().size()
            + offer.statistics().map(Offer.FileNeeded::size).orElse(0L)
            + offer.control().map(Offer.FileNeeded::size).orElse(0L));
  }

  private static UpdateGroup group(MadeUpdate.Group group) {
    return new UpdateGroup(
        group.name(),
        group.layout(),
        group.codec(),
        new ArtifactRef(group.digest(), group.bytes().length));
  }

  static Map<String, byte[]> bytes(MadeUpdate update) {
    Map<String, byte[]> bytes = new HashMap<>();
    update.groups().forEach(group -> bytes.put(group.name(), group.bytes()));
    return bytes;
  }
}
