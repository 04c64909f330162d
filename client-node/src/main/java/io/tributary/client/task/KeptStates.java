package io.tributary.client.task;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.FederationException;
import io.tributary.federation.RunId;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node keeps for itself with each update (the state of the optimizer, controls, what the
 * algorithm remembers of its model), in {@code kept/RUN/ROUND-ATTEMPT/}. Which one a round goes on
 * from is the coordinator's word: that of the last update that counted. So a round that is done
 * again after a crash goes on from the same state, and never from its own.
 */
public final class KeptStates {
  private static final Logger LOG = LoggerFactory.getLogger(KeptStates.class);

  /** States are twice as large as what is trained, so that those of few runs are kept. */
  static final int RUNS = 4;

  private final Path root;
  private final DurableFiles files;

  /**
   * @param root made when it is first needed
   */
  public KeptStates(Path root, DurableFiles files) {
    this.root = root;
    this.files = files;
  }

  /**
   * The state to go on from; others of the run are thrown away, as nothing will ask for them.
   *
   * @param lastCounted the node's last update that counted
   */
  public Optional<Path> base(RunId run, Optional<AssignmentId> lastCounted) {
    Optional<Path> wanted = lastCounted.map(this::place);
    for (Path state : list(root.resolve(run.value()))) {
      if (!Optional.of(state).equals(wanted)) {
        delete(state);
      }
    }
    if (wanted.isPresent() && !Files.isDirectory(wanted.get())) {
      LOG.warn(
          "{}: what was kept with it is not here any more; optimizer and algorithm start fresh",
          lastCounted.get());
      return Optional.empty();
    }
    return wanted;
  }

  /** Keeps the state that an assignment left in a folder; the folder is moved. */
  public void keep(AssignmentId id, Path made) {
    Path place = place(id);
    list(made).forEach(files::force);
    files.deleteTree(place);
    files.publishFolder(made, place);
    files.forceFolder(requireNonNull(place.getParent(), "run"));
    removeOldRuns(id.round().run());
  }

  private void removeOldRuns(RunId now) {
    list(root).stream()
        .filter(run -> !run.endsWith(now.value()))
        .map(run -> Map.entry(time(run), run))
        .sorted(Map.Entry.<FileTime, Path>comparingByKey(Comparator.reverseOrder()))
        .skip(RUNS - 1)
        .forEach(old -> delete(old.getValue()));
  }

  private void delete(Path folder) {
    try {
      files.deleteTree(folder);
    } catch (FederationException e) {
      LOG.warn("{}: an old kept state stays", folder, e);
    }
  }

  private static FileTime time(Path path) {
    try {
      return Files.getLastModifiedTime(path);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }

  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    } catch (IOException e) {
      LOG.warn("{}: can't be listed", folder, e);
      return List.of();
    }
  }

  private Path place(AssignmentId id) {
    return root.resolve(id.round().run().value()).resolve(id.round().round() + "-" + id.attempt());
  }
}
