package io.tributary.simulations.engine;

import static java.util.Objects.requireNonNull;

import io.tributary.client.session.DeclineReason;
import io.tributary.client.session.Offer;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What virtual nodes do with an assignment. Called by several threads at once, as many as the
 * federation has workers.
 */
@FunctionalInterface
public interface LocalWork {
  /** Why a node does not take an offer. */
  record Refusal(DeclineReason reason, String sentence) {
    public Refusal {
      requireNonNull(reason, "reason");
      requireNonNull(sentence, "sentence");
    }
  }

  /** Asked before an offer is taken; empty where it is. */
  default Optional<Refusal> refusal(VirtualSite site, Offer offer) {
    return Optional.empty();
  }

  /**
   * Does it on the calling thread, or later on that of another node's work where it needs what that
   * makes. A FederationException, thrown or in the stage, ends the assignment with its kind.
   */
  CompletionStage<MadeUpdate> train(LocalTask task);
}
