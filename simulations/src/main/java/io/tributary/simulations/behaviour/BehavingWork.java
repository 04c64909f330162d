package io.tributary.simulations.behaviour;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tally.Tally;
import io.tributary.client.session.DeclineReason;
import io.tributary.client.session.Offer;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.simulations.engine.LocalTask;
import io.tributary.simulations.engine.LocalWork;
import io.tributary.simulations.engine.MadeUpdate;
import io.tributary.simulations.engine.VirtualSite;
import io.tributary.training.data.GammaVariates;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;

/**
 * Work of nodes that are away, lost or slow now and then. What happens to a node in a round follows
 * from the seed alone, so that it happens again with the same seed; a node that was lost in one
 * attempt may be there in the next.
 */
public final class BehavingWork implements LocalWork {
  private final LocalWork inner;
  private final Behaviour behaviour;
  private final RandomStreams streams;

  /**
   * @param seed of the simulation
   */
  public BehavingWork(LocalWork inner, Behaviour behaviour, long seed) {
    this.inner = requireNonNull(inner, "inner");
    this.behaviour = requireNonNull(behaviour, "behaviour");
    this.streams = new RandomStreams(seed);
  }

  @Override
  public Optional<Refusal> refusal(VirtualSite site, Offer offer) {
    if (stream(offer.id(), "available", false).nextDouble() >= behaviour.available()) {
      return Optional.of(
          new Refusal(DeclineReason.BUSY, "the node is away in this round (simulated)"));
    }
    return inner.refusal(site, offer);
  }

  /** Whoever is there evaluates, in time. */
  @Override
  public CompletionStage<Tally> evaluate(LocalTask task) {
    return inner.evaluate(task);
  }

  @Override
  public CompletionStage<MadeUpdate> train(LocalTask task) {
    AssignmentId id = task.offer().id();
    if (stream(id, "dropout", true).nextDouble() < behaviour.dropout()) {
      throw new FederationException(
          ErrorKind.WORKER_CRASHED, "node: lost in the middle of its work (simulated)");
    }
    if (behaviour.stragglers().isEmpty()) {
      return inner.train(task);
    }
    Behaviour.Stragglers slow = behaviour.stragglers().get();
    double share = slow.share(factor(id, slow.sigma()));
    if (share == 1) {
      return inner.train(task);
    }
    if (slow.late() == Behaviour.Late.DROP) {
      throw new FederationException(
          ErrorKind.TIMED_OUT, "node: later than the round waits (simulated)");
    }
    return inner.train(PartialWork.of(task, share)).thenApply(MadeUpdate::ofPartOfARound);
  }

  /** How long a node is at work on an assignment, in usual times. */
  public double duration(AssignmentId id) {
    return behaviour.stragglers().map(slow -> slow.time(factor(id, slow.sigma()))).orElse(1.0);
  }

  /** How many times the usual time a node takes in a round. */
  double factor(AssignmentId id, double sigma) {
    return StrictMath.exp(sigma * new GammaVariates(stream(id, "speed", false)).normal());
  }

  private RandomGenerator stream(AssignmentId id, String purpose, boolean eachAttempt) {
    return streams.stream(
        id.round().round(),
        id.node().value(),
        "behaviour-" + purpose + (eachAttempt ? "-" + id.attempt() : ""));
  }
}
