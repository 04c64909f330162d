package io.tributary.simulations.behaviour;

import static java.util.Objects.requireNonNull;

import io.tributary.client.session.Offer;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.NodeName;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.simulations.engine.LocalTask;
import io.tributary.simulations.engine.LocalWork;
import io.tributary.simulations.engine.MadeUpdate;
import io.tributary.simulations.engine.SiteData;
import io.tributary.simulations.engine.VirtualSite;
import io.tributary.training.data.Examples;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Work of which some nodes send something else than they should. Attackers that know the others
 * train too, and wait until all honest nodes of their attempt have made their updates or ended
 * without; where there is none to know they send their own.
 */
public final class HostileWork implements LocalWork {
  private static final float[] NOTHING = new float[0];

  private final LocalWork inner;
  private final Hostility hostility;
  private final Set<NodeName> hostile;
  private final RandomStreams streams;
  private final Function<AssignmentId, Set<NodeName>> cohorts;
  private final Collusion collusion = new Collusion();
  private Optional<Collusion.Attempt> craftedFor = Optional.empty();
  private float[] crafted = NOTHING;

  /**
   * @param inner what honest nodes do
   * @param hostile the attackers
   * @param seed of the simulation
   * @param cohorts the nodes that were asked in the attempt of an assignment
   */
  public HostileWork(
      LocalWork inner,
      Hostility hostility,
      Set<NodeName> hostile,
      long seed,
      Function<AssignmentId, Set<NodeName>> cohorts) {
    this.inner = requireNonNull(inner, "inner");
    this.hostility = requireNonNull(hostility, "hostility");
    this.hostile = Set.copyOf(hostile);
    this.streams = new RandomStreams(seed);
    this.cohorts = requireNonNull(cohorts, "cohorts");
  }

  @Override
  public Optional<Refusal> refusal(VirtualSite site, Offer offer) {
    Optional<Refusal> refusal = inner.refusal(site, offer);
    if (refusal.isPresent() && !hostile.contains(site.name())) {
      ended(offer.id(), NOTHING);
    }
    return refusal;
  }

  @Override
  public CompletionStage<MadeUpdate> train(LocalTask task) {
    AssignmentId id = task.offer().id();
    if (hostile.contains(id.node()) && id.round().round() >= hostility.from()) {
      return attack(task);
    }
    try {
      return inner
          .train(task)
          .whenComplete(
              (made, failure) ->
                  ended(id, failure == null && knowing() ? DeltaValues.read(made, task) : NOTHING));
    } catch (RuntimeException e) {
      ended(id, NOTHING);
      throw e;
    }
  }

  private boolean knowing() {
    return hostility.attack().knowsOthers();
  }

  private void ended(AssignmentId id, float[] update) {
    if (knowing()) {
      collusion.ended(attempt(id), id.node(), update, honest(id));
    }
  }

  private static Collusion.Attempt attempt(AssignmentId id) {
    return new Collusion.Attempt(id.round(), id.attempt());
  }

  private Set<NodeName> honest(AssignmentId id) {
    boolean all = id.round().round() < hostility.from();
    return cohorts.apply(id).stream()
        .filter(node -> all || !hostile.contains(node))
        .collect(Collectors.toSet());
  }

  private CompletionStage<MadeUpdate> attack(LocalTask task) {
    LocalTask trained =
        hostility.attack().flipsLabels()
            ? task.with(new Flipped(task.site().data(), task.plan().model().labels().size()))
            : task;
    CompletionStage<MadeUpdate> own = inner.train(trained);
    AssignmentId id = task.offer().id();
    if (!knowing()) {
      return own.thenApply(made -> alone(task, made));
    }
    var known = new CompletableFuture<List<float[]>>();
    collusion.await(attempt(id), honest(id), known::complete);
    return own.thenCombine(known, (made, honest) -> knowing(task, made, honest));
  }

  private MadeUpdate alone(LocalTask task, MadeUpdate made) {
    AssignmentId id = task.offer().id();
    float[] own = DeltaValues.read(made, task);
    double strength = hostility.strength();
    return switch (hostility.attack()) {
      case SIGN_FLIP -> DeltaValues.write(made, AttackMath.signFlip(own, strength), task);
      case GAUSSIAN -> DeltaValues.write(made, AttackMath.gaussian(own, strength, noise(id)), task);
      case MODEL_REPLACEMENT -> {
        int nodes = cohorts.apply(id).size();
        yield DeltaValues.write(made, AttackMath.modelReplacement(own, nodes, strength), task);
      }
      case LABEL_FLIP, LITTLE_IS_ENOUGH, INNER_PRODUCT, MIN_MAX -> made;
    };
  }

  private RandomGenerator noise(AssignmentId id) {
    return streams.stream(id.round().round(), id.node().value(), "attack");
  }

  private MadeUpdate knowing(LocalTask task, MadeUpdate made, List<float[]> honest) {
    return honest.isEmpty()
        ? made
        : DeltaValues.write(made, crafted(task.offer().id(), honest), task);
  }

  /** What all attackers of an attempt send, made by the first of them. */
  private synchronized float[] crafted(AssignmentId id, List<float[]> honest) {
    if (!craftedFor.equals(Optional.of(attempt(id)))) {
      crafted = craft(id, honest);
      craftedFor = Optional.of(attempt(id));
    }
    return crafted;
  }

  private float[] craft(AssignmentId id, List<float[]> honest) {
    return switch (hostility.attack()) {
      case LITTLE_IS_ENOUGH -> {
        int nodes = cohorts.apply(id).size();
        yield AttackMath.littleIsEnough(honest, nodes, nodes - honest(id).size());
      }
      case INNER_PRODUCT -> AttackMath.innerProduct(honest, hostility.strength());
      case MIN_MAX -> AttackMath.minMax(honest);
      case SIGN_FLIP, LABEL_FLIP, GAUSSIAN, MODEL_REPLACEMENT ->
          throw new IllegalStateException(hostility.attack() + " knows nobody");
    };
  }

  /** A node's data with labels turned round. */
  private record Flipped(SiteData honest, int labels) implements SiteData {
    @Override
    public long declared() {
      return honest.declared();
    }

    @Override
    public Examples examples(int round) {
      return LabelFlip.of(honest.examples(round), labels);
    }
  }
}
