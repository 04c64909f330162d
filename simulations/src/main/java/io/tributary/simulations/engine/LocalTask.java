package io.tributary.simulations.engine;

import static java.util.Objects.requireNonNull;

import io.tributary.client.session.Offer;
import io.tributary.federation.plan.Plan;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What a virtual node works on.
 *
 * @param plan that the offer's text says
 * @param base folder of the base model, the same for all nodes
 * @param trained file of the checkpoint's trained tensors
 * @param statistics file of its statistics, where the model has any
 * @param control file of its controls, where the algorithm has any and they are not zero
 * @param stepsPerRound the S of the learning-rate schedule, fixed by the node's first round; 0
 *     before that
 * @param givenUp whether nobody waits for the result any more
 */
public record LocalTask(
    VirtualSite site,
    Offer offer,
    Plan plan,
    Path base,
    Path trained,
    Optional<Path> statistics,
    Optional<Path> control,
    long stepsPerRound,
    BooleanSupplier givenUp) {
  public LocalTask {
    requireNonNull(site, "site");
    requireNonNull(offer, "offer");
    requireNonNull(plan, "plan");
    requireNonNull(base, "base");
    requireNonNull(trained, "trained");
    requireNonNull(statistics, "statistics");
    requireNonNull(control, "control");
    requireNonNull(givenUp, "givenUp");
  }

  /** The same task under another plan. */
  public LocalTask with(Plan other) {
    return new LocalTask(
        site, offer, other, base, trained, statistics, control, stepsPerRound, givenUp);
  }

  /** The same task of a node with other data. */
  public LocalTask with(SiteData other) {
    return new LocalTask(
        new VirtualSite(site.name(), other),
        offer,
        plan,
        base,
        trained,
        statistics,
        control,
        stepsPerRound,
        givenUp);
  }
}
