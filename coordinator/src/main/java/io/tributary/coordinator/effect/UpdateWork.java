package io.tributary.coordinator.effect;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.AggregationOrder;
import io.tributary.aggregation.AggregationResult;
import io.tributary.aggregation.Contribution;
import io.tributary.aggregation.Execution;
import io.tributary.aggregation.codec.Coding;
import io.tributary.aggregation.gate.Expected;
import io.tributary.aggregation.gate.Gate;
import io.tributary.aggregation.gate.GateLimits;
import io.tributary.aggregation.gate.UpdateClaim;
import io.tributary.aggregation.gate.Verdict;
import io.tributary.aggregation.lora.AdapterLayout;
import io.tributary.aggregation.lora.ComposedFile;
import io.tributary.aggregation.rule.Rules;
import io.tributary.aggregation.store.GroupSpec;
import io.tributary.aggregation.store.SpooledUpdate;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.coordinator.artifact.CheckpointStore;
import io.tributary.coordinator.artifact.Provenance;
import io.tributary.coordinator.artifact.Spool;
import io.tributary.coordinator.round.ArtifactRef;
import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.Candidate;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.coordinator.round.Effect;
import io.tributary.coordinator.round.Judgement;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.coordinator.round.UpdateGroup;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.plan.TrainPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The work on updates: judging each, and making a candidate of those that count. Each step is a
 * function of a run's state and the files it names. Safe for several threads; every method blocks.
 */
public final class UpdateWork {
  /**
   * What the work is done with.
   *
   * @param execution of aggregation: blocks and threads
   * @param temporary folder on the file system of the artifacts
   * @param roots the coordinator's own updates, for rules that need them
   * @param adapters those that begin anew
   * @param version of Tributary, for provenance
   */
  public record Parts(
      Spool spool,
      CheckpointStore checkpoints,
      RootUpdates roots,
      AdapterStarts adapters,
      Execution execution,
      Path temporary,
      InstantSource clock,
      String version) {}

  /** Checkpoints, and files of them, kept in mind. */
  private static final int NORMS = 64;

  private static final String DELTA = AggregationOrder.DELTA;

  private final Map<Digest, Double> norms = new ConcurrentHashMap<>();

  /** Groups of checkpoints, by digest of the manifest. */
  private final Map<Digest, SortedMap<String, GroupSpec>> groups = new ConcurrentHashMap<>();

  private final Parts parts;

  public UpdateWork(Parts parts) {
    this.parts = requireNonNull(parts, "parts");
  }

  /**
   * Judges an update by the bytes that lie in the spool, in one pass. Bytes other than those that
   * were receipted are CORRUPT and name the file: a promise of the coordinator is broken then, not
   * a node's update bad.
   */
  public Judgement judge(Effect.JudgeUpdate order) throws IOException {
    UpdateFacts facts = order.facts();
    SortedMap<String, Digest> layouts = new TreeMap<>();
    SortedMap<String, String> codecs = new TreeMap<>();
    for (UpdateGroup group : facts.groups()) {
      layouts.put(group.name(), group.layout());
      codecs.put(group.name(), group.codec());
    }
    var claim = new UpdateClaim(facts.checkpoint(), facts.examples(), layouts, codecs);
    try (var files = new OpenFiles()) {
      Digest base = order.checkpoint().manifest().digest();
      SortedMap<String, GroupSpec> groups = groups(order, files);
      var expected =
          new Expected(
              base,
              groups,
              limits(order, files),
              new TreeMap<>(Map.of(DELTA, coding(order.spec(), groups, order.assignment()))));
      var receipted =
          ReceiptedFiles.open(order.assignment(), facts, parts.spool(), parts.checkpoints(), files);
      Verdict verdict = Gate.judge(claim, receipted.sources(), expected);
      receipted.check();
      if (verdict instanceof Verdict.Refused refused) {
        return new Judgement.Refused(refused.reason().name(), refused.sentence());
      }
      return new Judgement.Passed(((Verdict.Passed) verdict).norm());
    }
  }

  /**
   * Makes the candidate of the counted updates and stores it as a checkpoint, which is held back
   * from retention until {@link CheckpointStore#release}. A candidate that is not finite is refused
   * with kind REFUSED and stored nowhere.
   */
  public Candidate aggregate(Effect.Aggregate order) throws IOException {
    var made = new CandidateFiles(parts, order.round());
    try {
      SortedMap<String, Double> measures = new TreeMap<>();
      AggregationResult result = aggregateInto(order, made, measures);
      if (result.divergence().isPresent()) {
        throw new FederationException(ErrorKind.REFUSED, result.divergence().get().sentence());
      }
      SortedMap<NodeName, Double> weights = new TreeMap<>();
      for (Contribution contribution : result.contributions()) {
        weights.merge(contribution.node(), contribution.weight(), Double::sum);
      }
      Provenance stored =
          parts
              .checkpoints()
              .store(made.trained(result), made.beside(result), origin(order, weights));
      return new Candidate(stored.toCheckpoint(), weights, measures);
    } finally {
      made.discard();
    }
  }

  private AggregationResult aggregateInto(
      Effect.Aggregate order, CandidateFiles made, SortedMap<String, Double> measures)
      throws IOException {
    try (var files = new OpenFiles()) {
      Layout whole = trainedLayout(order.base(), files);
      var adapters = new AdapterRound(order, trained(order.base(), files), whole);
      List<SpooledUpdate> updates = new ArrayList<>();
      for (AssignmentRecord counted : order.counted()) {
        UpdateFacts facts = counted.update().orElseThrow();
        checkReceipted(counted.id(), facts);
        var sources = sources(counted.id(), facts, files);
        Layout sent = AdapterRound.ofNode(order.spec(), adapters.moving(), counted.node());
        Coding coding = Coding.ofDelta(order.spec().plan(), sent, counted.id());
        sources.computeIfPresent(DELTA, (name, file) -> coding.decode(file));
        int staleness = order.round().round() - counted.id().round().round();
        updates.add(
            new SpooledUpdate(counted.node(), facts.examples(), facts.steps(), staleness, sources));
      }
      var work =
          AggregationOrder.of(
              order.spec().plan(),
              groups(order.spec(), order.base(), adapters.moving(), files),
              known(order, adapters.moved(), made, files),
              adapters.updates(updates, made, files),
              parts.execution(),
              order.nodes());
      AggregationResult result = made.write(work);
      if (result.divergence().isEmpty()) {
        adapters.finish(result, parts.adapters(), made, files);
        measures.putAll(adapters.measures());
      }
      return result;
    }
  }

  /** How the deltas of an assignment are written; all else is written as it is. */
  private static Coding coding(
      RunSpec spec, SortedMap<String, GroupSpec> groups, AssignmentId assignment) {
    return Coding.ofDelta(spec.plan(), requireNonNull(groups.get(DELTA)).layout(), assignment);
  }

  private AggregationOrder.Known known(
      Effect.Aggregate order, ByteSource trained, CandidateFiles made, OpenFiles files)
      throws IOException {
    Optional<ByteSource> control =
        order.spec().plan().train().algorithm().hasControls() && order.base().control().isPresent()
            ? Optional.of(open(order.base().control().get(), files))
            : Optional.empty();
    return new AggregationOrder.Known(
        trained, state(order, files), root(order, made, files), control);
  }

  private ByteSource open(ArtifactRef file, OpenFiles files) throws IOException {
    return files.open(parts.checkpoints().verified(file.digest()));
  }

  /** The coordinator's own update, where the rule needs one: finite, or the round can't go on. */
  private Optional<ByteSource> root(Effect.Aggregate order, CandidateFiles made, OpenFiles files)
      throws IOException {
    if (!Rules.of(order.spec().plan()).needs().root()) {
      return Optional.empty();
    }
    ByteSource root = files.open(parts.roots().train(order, made.rootFolder()));
    if (!Double.isFinite(Gate.norm(root))) {
      throw FederationException.of(
          ErrorKind.INVALID_DATA,
          "root update of " + order.round(),
          "not finite",
          "finite values",
          "Look at the examples of root-set, or lower the learning rate.");
    }
    return Optional.of(root);
  }

  /**
   * What the server optimizer remembers since the round before. A run begins anew, whatever
   * checkpoint it starts from.
   */
  private SortedMap<String, ByteSource> state(Effect.Aggregate order, OpenFiles files)
      throws IOException {
    SortedMap<String, ByteSource> states = new TreeMap<>();
    if (order.round().round() > 1) {
      for (Map.Entry<String, ArtifactRef> state : order.base().optimizer().entrySet()) {
        Digest digest = state.getValue().digest();
        states.put(state.getKey(), files.open(parts.checkpoints().verified(digest)));
      }
    }
    return states;
  }

  private CheckpointStore.Origin origin(
      Effect.Aggregate order, SortedMap<NodeName, Double> weights) {
    double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
    SortedMap<NodeName, Double> shares = new TreeMap<>();
    weights.forEach((node, weight) -> shares.put(node, weight / sum));
    return new CheckpointStore.Origin(
        order.round(),
        Optional.of(order.base().manifest().digest()),
        order.spec().planDigest(),
        order.spec().base().digest(),
        shares,
        parts.version(),
        parts.clock().instant());
  }

  private GateLimits limits(Effect.JudgeUpdate order, OpenFiles files) throws IOException {
    GateLimits limits = deltaLimits(order, files);
    TrainPlan plan = order.spec().plan().train();
    if (!plan.algorithm().hasControls()) {
      return limits;
    }
    Checkpoint base = order.checkpoint();
    double own = base.control().isPresent() ? norm(base.control().get(), files) : 0;
    return limits.withControls(own, plan.optimizer().learningRate());
  }

  /** A plan without a limit of its own has one that follows the checkpoint's norm. */
  private GateLimits deltaLimits(Effect.JudgeUpdate order, OpenFiles files) throws IOException {
    Optional<Double> planned = order.spec().plan().federation().gate().maxNorm();
    if (planned.isPresent()) {
      return new GateLimits(planned, order.declaredExamples());
    }
    double norm = norm(order.checkpoint().trained(), files);
    return GateLimits.following(norm, order.declaredExamples());
  }

  /** The norm of a file of a checkpoint, read once. */
  private double norm(ArtifactRef file, OpenFiles files) throws IOException {
    @Nullable Double norm = norms.get(file.digest());
    if (norm == null) {
      norm = Gate.norm(withoutResiduals(open(file, files)));
      if (norms.size() >= NORMS) {
        norms.clear();
      }
      norms.put(file.digest(), norm);
    }
    return norm;
  }

  /** What rounds have put into weights is no measure of an update. */
  private static ByteSource withoutResiduals(ByteSource file) throws IOException {
    Layout whole = Safetensors.read(file).layout();
    Layout trained = AdapterLayout.moving(whole, Optional.empty());
    return trained.equals(whole) ? file : ComposedFile.part(file, trained);
  }

  /** The groups of a node's update. */
  private SortedMap<String, GroupSpec> groups(Effect.JudgeUpdate order, OpenFiles files)
      throws IOException {
    AssignmentId id = order.assignment();
    Layout whole = trainedLayout(order.checkpoint(), files);
    Layout moving = AdapterRound.moving(order.spec(), whole, id.round().round());
    return groups(
        order.spec(),
        order.checkpoint(),
        AdapterRound.ofNode(order.spec(), moving, id.node()),
        files);
  }

  private Layout trainedLayout(Checkpoint base, OpenFiles files) throws IOException {
    return requireNonNull(groups(base, files).get(DELTA)).layout();
  }

  /** The groups of updates whose deltas have this layout. */
  private SortedMap<String, GroupSpec> groups(
      RunSpec spec, Checkpoint base, Layout delta, OpenFiles files) throws IOException {
    SortedMap<String, GroupSpec> all = new TreeMap<>(groups(base, files));
    all.put(DELTA, GroupSpec.delta(delta));
    if (spec.plan().train().algorithm().hasControls()) {
      all.put(AggregationOrder.CONTROL, GroupSpec.control(delta));
    }
    return all;
  }

  private SortedMap<String, GroupSpec> groups(Checkpoint base, OpenFiles files) throws IOException {
    SortedMap<String, GroupSpec> known = groups.get(base.manifest().digest());
    if (known != null) {
      return known;
    }
    SortedMap<String, GroupSpec> read = Collections.unmodifiableSortedMap(read(base, files));
    if (groups.size() >= NORMS) {
      groups.clear();
    }
    groups.put(base.manifest().digest(), read);
    return read;
  }

  /** The checkpoint's own files have the layouts of what moves. */
  private SortedMap<String, GroupSpec> read(Checkpoint base, OpenFiles files) throws IOException {
    var layout = Safetensors.read(trained(base, files)).layout();
    SortedMap<String, GroupSpec> groups = new TreeMap<>(Map.of(DELTA, GroupSpec.delta(layout)));
    if (base.statistics().isPresent()) {
      Digest digest = base.statistics().get().digest();
      ByteSource statistics = files.open(parts.checkpoints().verified(digest));
      groups.put(
          AggregationOrder.STATISTIC, GroupSpec.statistic(Safetensors.read(statistics).layout()));
    }
    return groups;
  }

  private ByteSource trained(Checkpoint base, OpenFiles files) throws IOException {
    return files.open(parts.checkpoints().verified(base.trained().digest()));
  }

  private void checkReceipted(AssignmentId assignment, UpdateFacts facts) {
    for (UpdateGroup group : facts.groups()) {
      if (parts.spool().held(assignment, group.name()).isEmpty()) {
        Path file = parts.spool().file(assignment, group.name());
        parts.checkpoints().verify("spooled update", file, group.file().digest());
      }
    }
  }

  private SortedMap<String, ByteSource> sources(
      AssignmentId assignment, UpdateFacts facts, OpenFiles files) throws IOException {
    SortedMap<String, ByteSource> sources = new TreeMap<>();
    for (UpdateGroup group : facts.groups()) {
      Optional<ByteSource> held = parts.spool().held(assignment, group.name());
      sources.put(
          group.name(),
          held.isPresent() ? held.get() : files.open(parts.spool().file(assignment, group.name())));
    }
    return sources;
  }
}
