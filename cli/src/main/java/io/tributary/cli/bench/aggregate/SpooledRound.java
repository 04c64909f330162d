package io.tributary.cli.bench.aggregate;

import io.tributary.aggregation.AggregationOrder;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.coordinator.artifact.CheckpointStore;
import io.tributary.coordinator.artifact.Spool;
import io.tributary.coordinator.artifact.StateFolder;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.coordinator.round.ArtifactRef;
import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.AssignmentStage;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.coordinator.round.Effect;
import io.tributary.coordinator.round.EffectId;
import io.tributary.coordinator.round.ExpectedGroup;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.coordinator.round.UpdateGroup;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.DataSize;
import io.tributary.federation.Digest;
import io.tributary.federation.NodeName;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.plan.Plan;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A round whose updates lie in the spool of a coordinator's state folder, receipted and not judged:
 * what the driver would hand to the work on updates.
 *
 * @param spec of the run
 * @param updates in node order, each with its facts
 */
record SpooledRound(StateFolder folder, RunSpec spec, List<AssignmentRecord> updates) {
  static final RunId RUN = new RunId("bench-aggregate");
  static final RoundId ROUND = new RoundId(RUN, 1);

  /** A base model of no files. */
  static final byte[] BASE =
      Manifest.of(Manifest.FOLDER, List.of()).toJson().canonical().getBytes(StandardCharsets.UTF_8);

  private static final String PLAN =
      "{\"name\":\"bench-aggregate\",\"model\":{\"base\":\"b\",\"task\":\"text-classification\","
          + "\"labels\":[\"a\",\"b\"]}}";

  SpooledRound {
    updates = List.copyOf(updates);
  }

  /** One matrix of rows of 1,024 and the rest, as models have large tensors and small ones. */
  static Layout layout(long elements) {
    long rows = elements / 1_024;
    return Layout.of(
        List.of(
            new TensorSpec("weight", DType.F32, List.of(rows, 1_024L)),
            new TensorSpec("bias", DType.F32, List.of(elements - rows * 1_024))));
  }

  static AssignmentId assignment(int update) {
    return new AssignmentId(
        ROUND, 1, new NodeName(String.format(Locale.ROOT, "site-%04d", update)));
  }

  /**
   * The round of these files.
   *
   * @param digests of the files of the updates, in node order
   */
  static SpooledRound of(StateFolder folder, Layout layout, Checkpoint zero, List<Digest> digests) {
    long bytes = Safetensors.canonicalSize(layout);
    var spec =
        new RunSpec(
            RUN,
            Plan.parse(PLAN),
            new ArtifactRef(Digest.of(BASE), BASE.length),
            zero,
            List.of(new ExpectedGroup(AggregationOrder.DELTA, layout.digest(), "f32", bytes)),
            false,
            "bench");
    return new SpooledRound(
        folder,
        spec,
        IntStream.range(0, digests.size())
            .mapToObj(
                i -> {
                  var file = new ArtifactRef(digests.get(i), bytes);
                  return record(
                      i,
                      new UpdateFacts(
                          zero.manifest().digest(),
                          List.of(
                              new UpdateGroup(
                                  AggregationOrder.DELTA, layout.digest(), "f32", file)),
                          examples(i),
                          1,
                          new TreeMap<>(),
                          bytes,
                          0));
                })
            .toList());
  }

  /** Weights differ, as those of sites do. */
  static long examples(int update) {
    return 100 + 37L * update;
  }

  private static AssignmentRecord record(int update, UpdateFacts facts) {
    return new AssignmentRecord(
        assignment(update),
        facts.examples(),
        AssignmentStage.COUNTED,
        "",
        false,
        Optional.of(facts),
        Optional.empty(),
        update);
  }

  /** The gate's question about one update. */
  Effect.JudgeUpdate judging(int update) {
    AssignmentRecord record = updates.get(update);
    return new Effect.JudgeUpdate(
        new EffectId(RUN, "judge-" + update),
        record.id(),
        record.update().orElseThrow(),
        record.declaredExamples(),
        spec,
        spec.zero());
  }

  /** The order to aggregate the first so many updates. */
  Effect.Aggregate aggregating(int count) {
    return new Effect.Aggregate(
        new EffectId(RUN, "aggregate"), ROUND, spec, spec.zero(), updates.subList(0, count), count);
  }

  /** The file of one update. */
  Path file(int update) {
    return folder.spooled(assignment(update), AggregationOrder.DELTA);
  }

  /** Opens the checkpoints of the folder, forced as in a coordinator. */
  CheckpointStore checkpoints() {
    DurableFiles files = DurableFiles.forced();
    return new CheckpointStore(
        folder.checkpoints(),
        ArtifactStore.open(folder.artifacts(), files),
        files,
        Failpoints.none());
  }

  /** Opens the spool, as large as it needs to be. */
  Spool spool() {
    return Spool.open(folder.spool(), new DataSize(Long.MAX_VALUE), DurableFiles.forced());
  }
}
