package io.tributary.coordinator.admission;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.AggregationOrder;
import io.tributary.aggregation.codec.Coding;
import io.tributary.aggregation.rule.Rule;
import io.tributary.aggregation.rule.Rules;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.coordinator.artifact.BaseModels;
import io.tributary.coordinator.artifact.CheckpointStore;
import io.tributary.coordinator.artifact.Provenance;
import io.tributary.coordinator.evaluation.HeldOut;
import io.tributary.coordinator.evaluation.HeldOutPart;
import io.tributary.coordinator.round.ArtifactRef;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.coordinator.round.ExpectedGroup;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.coordinator.round.World;
import io.tributary.federation.DataSize;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import io.tributary.federation.manifest.TrustedCode;
import io.tributary.federation.plan.Plan;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.TaskFit;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.CheckpointZero;
import io.tributary.training.model.TrainedLayout;
import io.tributary.transport.artifact.DiskFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Turns a plan and a base manifest into what a run starts from, or refuses them in one sentence.
 * Blocks: reads the base model and the held-out files. One call at a time per instance.
 */
public final class RunAdmission {
  /**
   * What admission works with.
   *
   * @param rootSet the coordinator's own training examples, if it has any
   * @param world all runs as they are now
   * @param version of Tributary, for provenance
   */
  public record Parts(
      BaseModels bases,
      CheckpointStore checkpoints,
      HeldOut heldOut,
      TrustedCode torchscript,
      Optional<DatasetSpec> rootSet,
      DataSize largestUpdate,
      Path temporary,
      Supplier<World> world,
      InstantSource clock,
      String version) {}

  private final Parts parts;
  private final RunNames names;

  /**
   * @param random draws the end of run ids
   */
  public RunAdmission(Parts parts, RandomGenerator random) {
    this.parts = requireNonNull(parts, "parts");
    this.names = new RunNames(requireNonNull(random, "random"));
  }

  /**
   * Checks a request and writes checkpoint 0, or makes the named checkpoint that.
   *
   * @param planJson resolved plan that names its base by digest
   * @param manifestJson of the base model, whose files are stored
   * @param from the checkpoint to go on from, as {@link CheckpointChoice#find} reads it; empty: the
   *     run starts from its base
   * @param startedBy name of the operator
   */
  public synchronized RunSpec admit(
      String planJson, String manifestJson, String from, String startedBy) {
    Plan plan = Plan.parse(planJson);
    checkRule(plan);
    Optional<CheckpointChoice> choice =
        from.isEmpty()
            ? Optional.empty()
            : Optional.of(CheckpointChoice.find(from, parts.world().get()));
    choice.ifPresent(chosen -> StartingPoint.check(plan, chosen));
    Manifest manifest = Manifest.parse(manifestJson);
    checkBase(plan, manifest);
    checkCode(manifest);
    Path folder = parts.bases().store(manifest);
    BaseModel base = BaseModel.open(folder);
    parts.heldOut().check(plan);
    Layout layout = TrainedLayout.of(base, plan);
    Layout beside = TrainedLayout.statistics(base, plan);
    List<ExpectedGroup> groups = groups(layout, beside, plan);
    checkSize(groups);
    choice.ifPresent(chosen -> StartingPoint.check(layout, plan, chosen));
    RunId run = names.next(plan.name());
    Provenance zero =
        choice
            .map(chosen -> adopt(run, plan, chosen))
            .orElseGet(() -> checkpointZero(run, plan, base));
    var spec =
        new RunSpec(
            run,
            plan,
            new ArtifactRef(manifest.digest(), utf8Length(manifest.toJson().canonical())),
            zero.toCheckpoint(),
            groups,
            parts.heldOut().has(HeldOutPart.TEST),
            startedBy);
    return choice.map(chosen -> spec.startingFrom(chosen.id())).orElse(spec);
  }

  /** Refuses a plan that can't give its rule what it needs. */
  private void checkRule(Plan plan) {
    Rule rule = Rules.of(plan);
    if (!rule.needs().root()) {
      return;
    }
    if (parts.rootSet().isEmpty()) {
      throw rootRefused("not configured", "examples of the coordinator's own, for " + rule.name());
    }
    Optional<String> other = TaskFit.misfit(parts.rootSet().get().train(), plan.model());
    if (other.isPresent()) {
      String task = plan.model().task().token();
      throw rootRefused(other.get(), "examples for task " + task + ", for " + rule.name());
    }
  }

  private static FederationException rootRefused(String found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_CONFIG,
        "root-set",
        found,
        rule,
        "Mend root-set in the coordinator's file, or choose another rule.");
  }

  private static List<ExpectedGroup> groups(Layout trained, Layout statistics, Plan plan) {
    List<ExpectedGroup> groups = new ArrayList<>();
    groups.add(group(AggregationOrder.DELTA, Coding.ofDeltas(plan, trained)));
    if (!statistics.tensors().isEmpty()) {
      groups.add(group(AggregationOrder.STATISTIC, Coding.plain(statistics)));
    }
    if (plan.train().algorithm().hasControls()) {
      groups.add(group(AggregationOrder.CONTROL, Coding.plain(trained)));
    }
    return groups;
  }

  private static ExpectedGroup group(String name, Coding coding) {
    return new ExpectedGroup(name, coding.digest(), coding.codec(), coding.bytes());
  }

  /**
   * Ends the protection of checkpoint 0 from retention: once the run is journaled, or will never
   * be.
   */
  public void settled(RunSpec spec) {
    parts.checkpoints().release(spec.zero());
  }

  private static void checkBase(Plan plan, Manifest manifest) {
    if (!plan.model().base().equals(manifest.digest().toString())) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "model.base",
          plan.model().base(),
          manifest.digest() + ", the digest of the base manifest sent with the plan",
          "Send both from the same folder.");
    }
  }

  private void checkCode(Manifest manifest) {
    Optional<ManifestEntry> file = parts.torchscript().refused(manifest);
    if (file.isPresent()) {
      throw FederationException.of(
          ErrorKind.REFUSED,
          file.get().path() + " of the base model, which is code",
          file.get().digest(),
          "a file whose digest the coordinator has named",
          "Add it to " + TrustedCode.KEY + " in the coordinator's file, if you trust it.");
    }
  }

  private void checkSize(List<ExpectedGroup> groups) {
    long bytes = groups.stream().mapToLong(ExpectedGroup::bytes).sum();
    if (bytes > parts.largestUpdate().bytes()) {
      throw FederationException.of(
          ErrorKind.REFUSED,
          "update of this plan",
          bytes + " bytes",
          "at most limits.update, " + parts.largestUpdate(),
          "Train less of the model, or raise limits.update at the coordinator.");
    }
  }

  private Provenance adopt(RunId run, Plan plan, CheckpointChoice chosen) {
    Checkpoint checkpoint = chosen.checkpoint().withoutControl();
    Digest parent = checkpoint.manifest().digest();
    return parts
        .checkpoints()
        .adopt(checkpoint, chosen.id(), origin(run, plan, Optional.of(parent)));
  }

  private Provenance checkpointZero(RunId run, Plan plan, BaseModel base) {
    try {
      Path file = parts.temporary().resolve("checkpoint-" + run + ".tmp");
      Path beside = parts.temporary().resolve("checkpoint-" + run + "-statistics.tmp");
      try {
        try (FileChannel channel = parts.checkpoints().create(file)) {
          CheckpointZero.write(base, plan, ByteSink.of(channel));
        }
        List<CheckpointStore.Part> statistics = statistics(base, plan, beside);
        return parts
            .checkpoints()
            .store(
                CheckpointStore.Part.of(CheckpointStore.TRAINED, file),
                statistics,
                origin(run, plan, Optional.empty()));
      } finally {
        parts.checkpoints().discard(file);
        parts.checkpoints().discard(beside);
      }
    } catch (IOException e) {
      throw DiskFailure.of(parts.temporary(), e);
    }
  }

  private List<CheckpointStore.Part> statistics(BaseModel base, Plan plan, Path file)
      throws IOException {
    if (TrainedLayout.statistics(base, plan).tensors().isEmpty()) {
      return List.of();
    }
    try (FileChannel channel = parts.checkpoints().create(file)) {
      CheckpointZero.writeStatistics(base, plan, ByteSink.of(channel));
    }
    return List.of(CheckpointStore.Part.of(CheckpointStore.STATISTICS, file));
  }

  private CheckpointStore.Origin origin(RunId run, Plan plan, Optional<Digest> parent) {
    return new CheckpointStore.Origin(
        new RoundId(run, 0),
        parent,
        plan.digest(),
        Digest.parse(plan.model().base()),
        new TreeMap<>(),
        parts.version(),
        parts.clock().instant());
  }

  private static long utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
