package io.tributary.client.task;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RunId;
import io.tributary.training.worker.GroupFile;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finished updates on the node's disk, in {@code updates/RUN/ROUND-ATTEMPT/}: {@code update.json}
 * and the group files. An update is there whole or not at all: it is written beside, in {@code
 * work/}, forced, and moved in one step. What a crash left in {@code work/} is removed at the next
 * start. {@code runs/} holds the {@link RunSteps}, {@code kept/} the {@link KeptStates}.
 */
public final class UpdateStore {
  private static final Logger LOG = LoggerFactory.getLogger(UpdateStore.class);
  private static final String HEADER = "update.json";

  private final Path work;
  private final Path updates;
  private final DurableFiles files;
  private final RunSteps steps;
  private final KeptStates states;

  private UpdateStore(Path state, DurableFiles files) {
    this.work = state.resolve("work");
    this.updates = state.resolve("updates");
    this.files = files;
    this.steps = new RunSteps(state.resolve("runs"), files);
    this.states = new KeptStates(state.resolve("kept"), files);
  }

  /** Opens the folders below a node's state folder, made where they are missing. */
  public static UpdateStore open(Path state, DurableFiles files) {
    var store = new UpdateStore(state, files);
    try {
      files.createFolder(state);
      files.deleteTree(store.work);
      files.createFolder(store.work);
      files.createFolder(store.updates);
      return store;
    } catch (FederationException e) {
      throw failure(state, e);
    }
  }

  /** A fresh empty folder for the work on an assignment. */
  public Path workFolder(AssignmentId id) {
    Path folder = place(work, id);
    try {
      files.deleteTree(folder);
      files.makeFolder(folder);
      return folder;
    } catch (FederationException e) {
      throw failure(folder, e);
    }
  }

  /**
   * Keeps an update whose files lie in the work folder of its assignment: from now on a process
   * that dies does not lose it. A loss of power may, until {@link #settle}.
   */
  public FinishedUpdate keep(FinishedUpdate made) {
    Path from = place(work, made.id());
    Path to = place(updates, made.id());
    try {
      files.deleteTree(to);
      FinishedUpdate kept = made.in(to);
      DurableFiles quick = files.withoutForcing();
      quick.write(from.resolve(HEADER), kept.toJson().canonical().getBytes(UTF_8));
      quick.publishFolder(from, to);
      return kept;
    } catch (FederationException e) {
      throw failure(to, e);
    }
  }

  /**
   * Waits until a kept update is on the disk. For one that is on its way to its receipt that is
   * waste: it is called when that takes long. An update that is gone by then is passed over.
   */
  public void settle(AssignmentId id) {
    Optional<FinishedUpdate> kept = find(id);
    if (kept.isEmpty()) {
      return;
    }
    Path folder = place(updates, id);
    try {
      kept.get().groups().forEach(group -> files.force(group.file()));
      files.force(folder.resolve(HEADER));
      files.forceFolder(folder);
      files.createFolder(folder);
      files.forceFolder(requireNonNull(folder.getParent(), "run"));
    } catch (FederationException e) {
      if (find(id).isPresent()) {
        throw failure(folder, e);
      }
    }
  }

  /** Steps per round of a run, fixed by its first finished round here; 0 before that. */
  public long stepsPerRound(RunId run) {
    return steps.of(run);
  }

  /** Fixes the steps per round of a run. */
  public void keepStepsPerRound(RunId run, long count) {
    steps.keep(run, count);
  }

  /** What optimizers and algorithms remember between rounds, beside the updates. */
  KeptStates keptStates() {
    return states;
  }

  public Optional<FinishedUpdate> find(AssignmentId id) {
    Path folder = place(updates, id);
    return Files.isRegularFile(folder.resolve(HEADER)) ? read(folder, false) : Optional.empty();
  }

  /**
   * All updates without a receipt, by assignment; those that can't be read or have other bytes than
   * their digests say are left out and named.
   */
  public List<FinishedUpdate> finished() {
    List<FinishedUpdate> found = new ArrayList<>();
    try (Stream<Path> runs = Files.walk(updates, 3)) {
      for (Path header : runs.filter(path -> path.endsWith(HEADER)).sorted().toList()) {
        read(requireNonNull(header.getParent(), "folder"), true).ifPresent(found::add);
      }
    } catch (IOException e) {
      throw failure(updates, e);
    }
    found.sort(Comparator.comparing(FinishedUpdate::id));
    return found;
  }

  /** Deletes what there is for an assignment, finished or half done. */
  public void discard(AssignmentId id) {
    try {
      files.deleteTree(place(work, id));
      files.deleteTree(place(updates, id));
    } catch (FederationException e) {
      throw failure(updates, e);
    }
  }

  private static Optional<FinishedUpdate> read(Path folder, boolean verify) {
    try {
      FinishedUpdate update =
          FinishedUpdate.parse(Files.readString(folder.resolve(HEADER))).in(folder);
      for (GroupFile group : update.groups()) {
        if (Files.size(group.file()) != group.bytes()) {
          throw new IOException(group.file() + " is not " + group.bytes() + " bytes long");
        }
        if (verify && !ArtifactStore.hash(group.file()).equals(group.digest())) {
          throw new IOException(group.file() + " has other bytes than it was kept with");
        }
      }
      return Optional.of(update);
    } catch (IOException | FederationException e) {
      LOG.warn("{}: a stored update can't be used and is trained again", folder, e);
      return Optional.empty();
    }
  }

  private static Path place(Path root, AssignmentId id) {
    return root.resolve(id.round().run().value()).resolve(id.round().round() + "-" + id.attempt());
  }

  private static FederationException failure(Path path, Exception e) {
    return new FederationException(
        ErrorKind.FULL,
        "state folder: "
            + path
            + " can't be written: "
            + e.getMessage()
            + " (expected: a writable folder with room). Free space or mend its rights.",
        e);
  }
}
