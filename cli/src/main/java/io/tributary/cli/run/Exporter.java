package io.tributary.cli.run;

import io.tributary.cli.rpc.OperatorCalls.ExportParts;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import io.tributary.federation.plan.Plan;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.ExportForm;
import io.tributary.training.model.HuggingFaceExport;
import io.tributary.training.model.PeftExport;
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

  /**
   * What is written.
   *
   * @param adapter whether the adapters alone, rather than the whole model
   */
  public record Form(boolean adapter, ExportForm weights) {
    /** The whole model as float32. */
    public static final Form USUAL = new Form(false, ExportForm.USUAL);
  }

  /** Fetches, verifies and writes the folder, which must not exist or be empty. */
  public static ExportParts export(
      OperatorConnection connection,
      String run,
      String which,
      Path into,
      Form form,
      TransferListener listener) {
    refuseFull(into);
    ExportParts parts = connection.calls().export(run, which);
    Plan plan = Plan.parse(parts.plan());
    if (form.adapter) {
      PeftExport.check(plan);
    }
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
      Path made = work.resolve("made");
      delete(made);
      if (form.adapter) {
        writeAdapter(BaseModel.open(base), plan, trained, made, form, work);
      } else {
        HuggingFaceExport.write(
            BaseModel.open(base), plan, trained, statistics, made, form.weights);
      }
      Files.writeString(
          made.resolve("provenance.json"), parts.provenance() + "\n", StandardCharsets.UTF_8);
      moveInto(made, absolute);
      delete(work);
      return parts;
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL,
          into + ": can't be written (expected: a writable folder with room). Make room.",
          e);
    }
  }

  /** Where there is no adapter to write, asking again needs nothing of what was fetched. */
  private static void writeAdapter(
      BaseModel base, Plan plan, Path trained, Path made, Form form, Path work) throws IOException {
    try {
      PeftExport.write(base, plan, trained, made, form.weights);
    } catch (FederationException e) {
      if (e.kind() == ErrorKind.INVALID_ARGUMENT) {
        delete(work);
      }
      throw e;
    }
  }

  static void refuseFull(Path into) {
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

  /** Puts a whole folder where an empty one may be, so that none is ever seen half written. */
  static void moveInto(Path made, Path into) throws IOException {
    Files.createDirectories(into.toAbsolutePath().getParent());
    Files.deleteIfExists(into);
    Files.move(made, into);
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

  /** Deletes a folder with all that is in it, if it is there. */
  static void delete(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    }
  }
}
