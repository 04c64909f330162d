package io.tributary.coordinator.rpc;

import io.tributary.coordinator.artifact.BaseModels;
import io.tributary.coordinator.artifact.CheckpointStore;
import io.tributary.coordinator.artifact.Provenance;
import io.tributary.coordinator.round.Best;
import io.tributary.coordinator.round.RunState;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RoundId;
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
    int round = round(run, which);
    Provenance checkpoint = checkpoints.get(new RoundId(run.run(), round));
    return ExportReply.newBuilder()
        .setPlan(run.plan().toJson().canonical())
        .setBaseManifest(bases.manifest(checkpoint.base()).toJson().canonical())
        .setTrained(
            FileReference.newBuilder()
                .setDigest(checkpoint.trained().toString())
                .setSize(checkpoint.trainedBytes()))
        .setRound(round)
        .setCheckpoint(checkpoint.checkpoint().toString())
        .setProvenance(checkpoint.toJson().canonical())
        .build();
  }

  private static int round(RunState run, String which) {
    int committed = run.rounds().size();
    if (committed == 0) {
      throw FederationException.of(
          ErrorKind.NOT_READY,
          "run " + run.run(),
          "no round is committed yet",
          "a committed round",
          "Wait for round 0.");
    }
    if (which.equals("last")) {
      return committed - 1;
    }
    if (which.equals("best")) {
      return run.best().map(Best::round).orElse(committed - 1);
    }
    if (which.matches("[0-9]{1,9}") && Integer.parseInt(which) < committed) {
      return Integer.parseInt(which);
    }
    throw FederationException.of(
        ErrorKind.NOT_FOUND,
        "checkpoint",
        "\"" + NodeMessages.sentence(which) + "\"",
        "best, last or a round from 0 to " + (committed - 1),
        "See: tributary run show " + run.run() + ".");
  }
}
