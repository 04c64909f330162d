package io.tributary.cli.run;

import io.tributary.cli.config.PlanFile;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.view.RunStatus;
import io.tributary.federation.plan.Plan;
import io.tributary.training.model.BaseModel;
import io.tributary.transport.artifact.ManifestFiles;
import io.tributary.transport.artifact.TransferListener;

/** Starts a run: the base model's files that the coordinator lacks first, then the plan. */
public final class RunStarter {
  private RunStarter() {}

  /** Sends what lacks and starts the run; a base model that can't be read is refused before. */
  public static RunStatus start(
      PlanFile file, OperatorConnection connection, TransferListener listener) {
    return start(file, "", connection, listener);
  }

  /**
   * The same, going on from a checkpoint.
   *
   * @param from such as {@code RUN:best} or a manifest's digest; empty: the run starts from its
   *     base
   */
  public static RunStatus start(
      PlanFile file, String from, OperatorConnection connection, TransferListener listener) {
    BaseModel.open(file.base());
    ManifestFiles base = ManifestFiles.ofFolder(file.base());
    connection.artifacts().put(base.files(), listener);
    Plan resolved = file.plan().withBase(base.manifest().digest());
    return connection
        .calls()
        .startRun(resolved.toJson().canonical(), base.manifest().toJson().canonical(), from);
  }
}
