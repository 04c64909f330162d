package io.tributary.simulations.engine;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tally.Tally;
import io.tributary.client.session.DeclineReason;
import io.tributary.client.session.Offer;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
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

  /** Evaluates the task's checkpoint on the node's validation part; as with training otherwise. */
  default CompletionStage<Tally> evaluate(LocalTask task) {
    throw FederationException.of(
        ErrorKind.INVALID_CONFIG,
        "evaluation.where",
        task.plan().evaluation().places().where().token(),
        "central, since these nodes only train",
        "Choose central.");
  }
}
