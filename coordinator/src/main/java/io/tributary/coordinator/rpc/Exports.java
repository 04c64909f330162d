package io.tributary.coordinator.rpc;

import io.tributary.coordinator.admission.CheckpointChoice;
import io.tributary.coordinator.artifact.BaseModels;
import io.tributary.coordinator.artifact.CheckpointStore;
import io.tributary.coordinator.artifact.Provenance;
import io.tributary.coordinator.round.RunState;
import io.tributary.proto.v1.ExportReply;
import io.tributary.proto.v1.FileReference;

/** Names the files of a run's checkpoints. */
final class Exports {
  private final CheckpointStore checkpoints;
  private final BaseModels bases;

  Exports(CheckpointStore checkpoints, BaseModels bases) {
    this.checkpoints = checkpoints;
    this.bases = bases;
  }

  /**
   * The files of one checkpoint.
   *
   * @param which {@code best}, {@code last} or a round's number
   */
  ExportReply of(RunState run, String which) {
    CheckpointChoice choice = CheckpointChoice.of(run, which);
    Provenance checkpoint = checkpoints.get(choice.id());
    ExportReply.Builder reply =
        ExportReply.newBuilder()
            .setPlan(run.plan().toJson().canonical())
            .setBaseManifest(bases.manifest(checkpoint.base()).toJson().canonical())
            .setTrained(
                FileReference.newBuilder()
                    .setDigest(checkpoint.trained().toString())
                    .setSize(checkpoint.trainedBytes()))
            .setRound(choice.round())
            .setCheckpoint(checkpoint.checkpoint().toString())
            .setProvenance(checkpoint.toJson().canonical());
    checkpoint
        .statistics()
        .ifPresent(
            file ->
                reply.setStatistics(
                    FileReference.newBuilder()
                        .setDigest(file.digest().toString())
                        .setSize(file.bytes())));
    return reply.build();
  }
}
