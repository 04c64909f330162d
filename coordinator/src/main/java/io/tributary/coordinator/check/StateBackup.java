package io.tributary.coordinator.check;

import io.tributary.coordinator.artifact.StateFolder;
import io.tributary.coordinator.journal.JournalCopy;
import io.tributary.coordinator.journal.SqliteJournal;
import io.tributary.coordinator.round.World;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.transport.artifact.DiskFailure;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Copies a state folder while a coordinator works in it: first the journal as it is at one moment,
 * then the files that it names, which never change. What a commit clears away between the two makes
 * it begin anew. The copy gets its name once it is complete, forced and checked; to restore, a
 * coordinator is started with it.
 */
public final class StateBackup {
  private static final int TRIES = 10;

  /**
   * What a backup holds.
   *
   * @param runs in its journal
   * @param files with the journal
   */
  public record Contents(int runs, int files, long bytes) {}

  /** A file that was named and is gone: cleared by a commit, or lost. */
  private static final class Gone extends Exception {
    private static final long serialVersionUID = 1L;

    Gone(Path file) {
      super(file.toString());
    }
  }

  private final StateFolder state;
  private final DurableFiles files;

  private StateBackup(Path state, DurableFiles files) {
    this.state = new StateFolder(state);
    this.files = files;
  }

  /**
   * Makes a backup.
   *
   * @param target a folder that is new or empty: ALREADY_EXISTS otherwise
   */
  public static Contents run(Path state, Path target, DurableFiles files) {
    return new StateBackup(state, files).to(target.toAbsolutePath().normalize());
  }

  private Contents to(Path target) {
    checkTarget(target);
    Path half = target.resolveSibling("." + target.getFileName() + ".half");
    try {
      files.deleteTree(half);
      World world = copy(half);
      check(half);
      Contents contents = contents(world, half);
      files.delete(target);
      files.publishFolder(half, target);
      return contents;
    } catch (RuntimeException e) {
      files.deleteTree(half);
      throw e;
    }
  }

  private void checkTarget(Path target) {
    if (target.startsWith(state.root())) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "backup",
          target,
          "a folder outside the state folder",
          "Name another folder, best on another disk.");
    }
    try (Stream<Path> there = Files.exists(target) ? Files.list(target) : Stream.empty()) {
      if (there.findAny().isPresent()) {
        throw FederationException.of(
            ErrorKind.ALREADY_EXISTS,
            "backup",
            target + " holds files",
            "a new or empty folder",
            "Name another folder.");
      }
    } catch (IOException e) {
      throw DiskFailure.of(target, e);
    }
  }

  private World copy(Path half) {
    Optional<Gone> last = Optional.empty();
    for (int i = 0; i < TRIES; i++) {
      try {
        return copyOnce(half);
      } catch (Gone e) {
        last = Optional.of(e);
        files.deleteTree(half);
      }
    }
    throw FederationException.of(
        ErrorKind.CORRUPT,
        "backup",
        last.map(Gone::getMessage).orElse("a file") + " is missing",
        "every file that the journal names",
        "Run `coordinator check` on the state folder.");
  }

  private World copyOnce(Path half) throws Gone {
    files.createFolder(half);
    try (var journal = JournalCopy.of(state.root())) {
      World world = World.fold(journal.history());
      Path database = half.resolve(SqliteJournal.FILE);
      journal.writeTo(database);
      files.force(database);
      for (Path file : NamedFiles.of(world, state).files().keySet()) {
        copy(file, half);
      }
      for (String run : world.runs().keySet().stream().map(Object::toString).toList()) {
        for (Path record : StateCheck.filesBelow(state.checkpoints().resolve(run))) {
          copy(record, half);
        }
      }
      files.forceFolder(half);
      return world;
    }
  }

  private void copy(Path file, Path half) throws Gone {
    Path copy = half.resolve(state.root().relativize(file).toString());
    files.createFolder(java.util.Objects.requireNonNull(copy.getParent()));
    try {
      files.copy(file, copy);
    } catch (FederationException e) {
      if (e.kind() == ErrorKind.NOT_FOUND && !Files.exists(file)) {
        throw new Gone(file);
      }
      throw e;
    }
  }

  private static void check(Path half) {
    List<StateFinding> failed =
        StateCheck.run(half).stream().filter(StateFinding::isFailed).toList();
    if (!failed.isEmpty()) {
      throw FederationException.of(
          ErrorKind.CORRUPT,
          "backup",
          failed.size()
              + " findings, the first: "
              + failed.get(0).what()
              + " "
              + failed.get(0).found(),
          "none",
          "Run `coordinator check` on the state folder.");
    }
  }

  private static Contents contents(World world, Path half) {
    long bytes = 0;
    List<Path> all = StateCheck.filesBelow(half);
    for (Path file : all) {
      try {
        bytes += Files.size(file);
      } catch (IOException e) {
        throw DiskFailure.of(file, e);
      }
    }
    return new Contents(world.runs().size(), all.size(), bytes);
  }
}
