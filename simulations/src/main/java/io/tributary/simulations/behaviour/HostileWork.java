package io.tributary.simulations.behaviour;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tally.Tally;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Work of which some nodes send something else than they should. Attackers that know the others
 * train too, and wait until all honest nodes of their attempt have made their updates or ended
 * without (in the form of FLANDERS all nodes); where there is none to know they send their own.
 */
public final class HostileWork implements LocalWork {
  private static final float[] NOTHING = new float[0];

  private final LocalWork inner;
  private final Hostility hostility;
  private final Attackers attackers;
  private final RandomStreams streams;
  private final Function<AssignmentId, Set<NodeName>> cohorts;
  private final Collusion collusion = new Collusion();
  private final FirstModel first = new FirstModel();
  private Optional<Collusion.Attempt> craftedFor = Optional.empty();
  private float[] crafted = NOTHING;

  /**
   * @param inner what honest nodes do
   * @param attackers of each round
   * @param seed of the simulation
   * @param cohorts the nodes that were asked in the attempt of an assignment
   */
  public HostileWork(
      LocalWork inner,
      Hostility hostility,
      Attackers attackers,
      long seed,
      Function<AssignmentId, Set<NodeName>> cohorts) {
    this.inner = requireNonNull(inner, "inner");
    this.hostility = requireNonNull(hostility, "hostility");
    this.attackers = requireNonNull(attackers, "attackers");
    this.streams = new RandomStreams(seed);
    this.cohorts = requireNonNull(cohorts, "cohorts");
  }

  @Override
  public Optional<Refusal> refusal(VirtualSite site, Offer offer) {
    Optional<Refusal> refusal = inner.refusal(site, offer);
    if (refusal.isPresent()) {
      ended(offer.id(), NOTHING);
    }
    return refusal;
  }

  /** Hostile nodes evaluate as others do: what they say of a checkpoint moves no weights. */
  @Override
  public CompletionStage<Tally> evaluate(LocalTask task) {
    return inner.evaluate(task);
  }

  @Override
  public CompletionStage<MadeUpdate> train(LocalTask task) {
    AssignmentId id = task.offer().id();
    return isAttack(id) ? attack(task) : trained(task);
  }

  private boolean isAttack(AssignmentId id) {
    return id.round().round() >= hostility.from() && of(id).contains(id.node());
  }

  /** The attackers of an assignment's round. */
  private Set<NodeName> of(AssignmentId id) {
    return attackers.in(id.round().round());
  }

  /** What a node makes by its own work, of which the attackers learn. */
  private CompletionStage<MadeUpdate> trained(LocalTask task) {
    AssignmentId id = task.offer().id();
    try {
      return inner
          .train(task)
          .whenComplete(
              (made, failure) ->
                  ended(id, failure == null && knowing() ? learned(made, task) : NOTHING));
    } catch (RuntimeException e) {
      ended(id, NOTHING);
      throw e;
    }
  }

  private float[] learned(MadeUpdate made, LocalTask task) {
    float[] update = DeltaValues.read(made, task);
    if (hostility.attack() == Attack.OPT && inFlandersForm()) {
      first.see(task, update);
    }
    return update;
  }

  private boolean knowing() {
    return hostility.attack().knowsOthers();
  }

  private boolean inFlandersForm() {
    return hostility.form() == AttackForm.FLANDERS;
  }

  private void ended(AssignmentId id, float[] update) {
    if (knowing() && (inFlandersForm() || !isAttack(id))) {
      collusion.ended(attempt(id), id.node(), update, known(id));
    }
  }

  private static Collusion.Attempt attempt(AssignmentId id) {
    return new Collusion.Attempt(id.round(), id.attempt());
  }

  /** Whom the attackers of an attempt wait for: of each other's own work one form makes use. */
  private Set<NodeName> known(AssignmentId id) {
    return inFlandersForm() ? cohorts.apply(id) : honest(id);
  }

  private Set<NodeName> honest(AssignmentId id) {
    boolean all = id.round().round() < hostility.from();
    Set<NodeName> hostile = of(id);
    return cohorts.apply(id).stream()
        .filter(node -> all || !hostile.contains(node))
        .collect(Collectors.toSet());
  }

  private CompletionStage<MadeUpdate> attack(LocalTask task) {
    LocalTask turned =
        hostility.attack().flipsLabels()
            ? task.with(new Flipped(task.site().data(), task.plan().model().labels().size()))
            : task;
    AssignmentId id = task.offer().id();
    CompletionStage<MadeUpdate> own = trained(turned);
    if (!knowing()) {
      return own.thenApply(made -> alone(task, made));
    }
    var known = new CompletableFuture<SortedMap<NodeName, float[]>>();
    collusion.await(attempt(id), known(id), known::complete);
    return own.thenCombine(known, (made, others) -> knowing(task, made, others));
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
      case LABEL_FLIP, LITTLE_IS_ENOUGH, INNER_PRODUCT, MIN_MAX, OPT -> made;
    };
  }

  private RandomGenerator noise(AssignmentId id) {
    return streams.stream(id.round().round(), id.node().value(), "attack");
  }

  private MadeUpdate knowing(LocalTask task, MadeUpdate made, SortedMap<NodeName, float[]> known) {
    Knowledge knowledge = knowledge(task.offer().id(), known);
    return knowledge.honest().isEmpty()
        ? made
        : DeltaValues.write(made, crafted(task, knowledge), task);
  }

  private Knowledge knowledge(AssignmentId id, SortedMap<NodeName, float[]> known) {
    List<float[]> honest = new ArrayList<>();
    List<float[]> own = new ArrayList<>();
    Set<NodeName> hostile = of(id);
    known.forEach((node, update) -> (hostile.contains(node) ? own : honest).add(update));
    int nodes = cohorts.apply(id).size();
    return new Knowledge(honest, own, nodes, nodes - honest(id).size());
  }

  /** What all attackers of an attempt send, made by the first of them. */
  private synchronized float[] crafted(LocalTask task, Knowledge known) {
    Collusion.Attempt attempt = attempt(task.offer().id());
    if (!craftedFor.equals(Optional.of(attempt))) {
      crafted = inFlandersForm() ? flanders(task, known) : craft(known);
      craftedFor = Optional.of(attempt);
    }
    return crafted;
  }

  private float[] craft(Knowledge known) {
    List<float[]> honest = known.honest();
    return switch (hostility.attack()) {
      case LITTLE_IS_ENOUGH -> AttackMath.littleIsEnough(honest, known.nodes(), known.attackers());
      case INNER_PRODUCT -> AttackMath.innerProduct(honest, hostility.strength());
      case MIN_MAX -> AttackMath.minMax(honest);
      case OPT -> OptAttack.of(honest, known.attackers());
      case SIGN_FLIP, LABEL_FLIP, GAUSSIAN, MODEL_REPLACEMENT -> throw knowsNobody();
    };
  }

  private float[] flanders(LocalTask task, Knowledge known) {
    return switch (hostility.attack()) {
      case LITTLE_IS_ENOUGH -> FlandersForm.littleIsEnough(known);
      case MIN_MAX -> FlandersForm.minMax(known);
      case OPT ->
          FlandersForm.opt(
              known, first.values(), DeltaValues.present(task), DeltaValues.tensors(task));
      case SIGN_FLIP, LABEL_FLIP, GAUSSIAN, MODEL_REPLACEMENT, INNER_PRODUCT -> throw knowsNobody();
    };
  }

  private IllegalStateException knowsNobody() {
    return new IllegalStateException(hostility.attack() + " knows nobody");
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
