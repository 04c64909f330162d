package io.tributary.cli.run;

import io.tributary.cli.rpc.OperatorCalls.ExportParts;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import io.tributary.federation.plan.Plan;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.HuggingFaceExport;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import io.tributary.transport.artifact.TransferListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Brings a checkpoint from the coordinator as a Hugging Face folder. */
public final class Exporter {
  private Exporter() {}

  /** Fetches, verifies and writes the folder, which must not exist or be empty. */
  public static ExportParts export(
      OperatorConnection connection,
      String run,
      String which,
      Path into,
      TransferListener listener) {
    refuseFull(into);
    ExportParts parts = connection.calls().export(run, which);
    Path absolute = into.toAbsolutePath();
    Path work = absolute.resolveSibling("." + absolute.getFileName() + ".fetching");
    try {
      ArtifactStore store = ArtifactStore.open(work.resolve("store"), DurableFiles.unforced());
      Path base = work.resolve("base");
      Manifest manifest = Manifest.parse(parts.baseManifest());
      for (ManifestEntry entry : manifest.entries()) {
        Path file = connection.artifacts().fetch(entry.digest(), entry.size(), store, listener);
        place(file, base.resolve(entry.path()));
      }
      Path trained =
          connection
              .artifacts()
              .fetch(parts.trained().digest(), parts.trained().size(), store, listener);
      Optional<Path> statistics =
          parts
              .statistics()
              .map(
                  file ->
                      connection.artifacts().fetch(file.digest(), file.size(), store, listener));
      Files.createDirectories(absolute);
      HuggingFaceExport.write(
          BaseModel.open(base), Plan.parse(parts.plan()), trained, statistics, absolute);
      Files.writeString(
          absolute.resolve("provenance.json"), parts.provenance() + "\n", StandardCharsets.UTF_8);
      delete(work);
      return parts;
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL,
          into + ": can't be written (expected: a writable folder with room). Make room.",
          e);
    }
  }

  private static void refuseFull(Path into) {
    if (Files.exists(into)) {
      try (Stream<Path> files = Files.list(into)) {
        if (files.findAny().isEmpty()) {
          return;
        }
      } catch (IOException e) {
        // not a folder: refused as one that is in the way
      }
      throw FederationException.of(
          ErrorKind.ALREADY_EXISTS, "folder", into, "a new or empty one", "Choose another.");
    }
  }

  private static void place(Path file, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    Files.deleteIfExists(target);
    try {
      Files.createLink(target, file);
    } catch (IOException | UnsupportedOperationException e) {
      Files.copy(file, target);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    }
  }
}
