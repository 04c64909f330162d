package io.tributary.cli.run;

import io.tributary.cli.config.PlanFile;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.view.RunStatus;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import io.tributary.federation.plan.Plan;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.PeftFolder;
import io.tributary.transport.artifact.ManifestFiles;
import io.tributary.transport.artifact.StoredFile;
import io.tributary.transport.artifact.TransferListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
    ManifestFiles base = files(file);
    connection.artifacts().put(base.files(), listener);
    Plan resolved = file.plan().withBase(base.manifest().digest());
    return connection
        .calls()
        .startRun(resolved.toJson().canonical(), base.manifest().toJson().canonical(), from);
  }

  /** The base model's files, and those of the adapter from which the run goes on. */
  static ManifestFiles files(PlanFile file) {
    ManifestFiles base = ManifestFiles.ofFolder(file.base());
    if (file.adapter().isEmpty()) {
      return base;
    }
    String place = BaseModel.ADAPTER + "/";
    List<ManifestEntry> entries = new ArrayList<>();
    List<StoredFile> files = new ArrayList<>();
    for (int i = 0; i < base.files().size(); i++) {
      if (!base.manifest().entries().get(i).path().startsWith(place)) {
        entries.add(base.manifest().entries().get(i));
        files.add(base.files().get(i));
      }
    }
    for (Path part : PeftFolder.open(file.adapter().get()).files()) {
      ManifestEntry entry = entry(place + part.getFileName(), part);
      entries.add(entry);
      files.add(new StoredFile(part, entry.digest(), entry.size()));
    }
    return new ManifestFiles(Manifest.of(Manifest.FOLDER, entries), files);
  }

  private static ManifestEntry entry(String path, Path file) {
    try {
      return ManifestFiles.entry(path, file);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INVALID_DATA, file + ": can't be read (expected: a file). Check it.", e);
    }
  }
}
