package io.tributary.coordinator.check;

import io.tributary.coordinator.artifact.Provenance;
import io.tributary.coordinator.artifact.StateFolder;
import io.tributary.coordinator.journal.JournalCopy;
import io.tributary.coordinator.round.RoundRecord;
import io.tributary.coordinator.round.RunState;
import io.tributary.coordinator.round.Staged;
import io.tributary.coordinator.round.World;
import io.tributary.federation.FederationException;
import io.tributary.transport.artifact.ArtifactStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Verifies a state folder without changing a byte of it: the journal's pages, schema, chain and
 * fold; by digest every file that it needs; the record of every committed round; what lies there
 * that nobody needs. The coordinator may be running, on this folder or its copy: what a commit
 * clears away while it is looked at is not taken for a loss.
 */
public final class StateCheck {
  private static final int TRIES = 5;
  private static final String FROM_BACKUP =
      "Stop the coordinator and restore the folder from a backup";

  private final StateFolder state;
  private final List<StateFinding> findings = new ArrayList<>();

  private StateCheck(StateFolder state) {
    this.state = state;
  }

  /** All findings, the journal's first. Refused with NOT_FOUND where there is no journal. */
  public static List<StateFinding> run(Path folder) {
    List<StateFinding> found = List.of();
    long sequence = -1;
    for (int i = 0; i < TRIES; i++) {
      var check = new StateCheck(new StateFolder(folder));
      long now = check.all();
      found = List.copyOf(check.findings);
      if (now == sequence || found.stream().noneMatch(StateFinding::isFailed)) {
        return found;
      }
      sequence = now; // something is wrong; a round that was committed meanwhile may be why
    }
    return found;
  }

  /** Gives the number of rows that were verified. */
  private long all() {
    Optional<List<Staged>> history = history();
    if (history.isEmpty()) {
      findings.add(
          StateFinding.notice(
              "artifacts, checkpoints, spool", "not looked at without a journal", ""));
      return -1;
    }
    Optional<World> world = fold(history.get());
    world.ifPresent(
        known -> {
          NamedFiles named = NamedFiles.of(known, state);
          files(named);
          records(known);
          findings.addAll(Leftovers.of(known, named, state));
        });
    space();
    return history.get().size();
  }

  private Optional<List<Staged>> history() {
    try (var journal = JournalCopy.of(state.root())) {
      int schema = journal.schema();
      List<Staged> history = journal.history();
      findings.add(
          StateFinding.ok(
              "schema", schema + ", this version knows up to " + journal.newestSchema()));
      return Optional.of(history);
    } catch (FederationException e) {
      if (e.kind() == io.tributary.federation.ErrorKind.NOT_FOUND) {
        throw e;
      }
      findings.add(StateFinding.failed("journal", e.sentence(), ""));
      return Optional.empty();
    }
  }

  private Optional<World> fold(List<Staged> history) {
    try {
      World world = World.fold(history);
      findings.add(
          StateFinding.ok(
              "journal",
              history.size()
                  + " transitions of "
                  + world.runs().size()
                  + " runs fit their chains"));
      world.runs().values().forEach(this::run);
      return Optional.of(world);
    } catch (RuntimeException e) {
      findings.add(
          StateFinding.failed("journal", "its transitions make no state: " + e, FROM_BACKUP));
      return Optional.empty();
    }
  }

  private void run(RunState run) {
    String reason = run.reason().isEmpty() ? "" : " (" + run.reason() + ")";
    findings.add(
        StateFinding.ok(
            "run " + run.run(),
            run.phase().token() + reason + ", " + run.rounds().size() + " rounds committed"));
  }

  private void files(NamedFiles named) {
    int artifacts = 0;
    int updates = 0;
    int before = failures();
    for (Map.Entry<Path, NamedFiles.Needed> entry : named.files().entrySet()) {
      NamedFiles.Needed needed = entry.getValue();
      artifacts += needed.update() ? 0 : 1;
      updates += needed.update() ? 1 : 0;
      wrong(entry.getKey(), needed)
          .ifPresent(found -> findings.add(StateFinding.failed(needed.what(), found, fix(needed))));
    }
    if (failures() == before) {
      findings.add(StateFinding.ok("artifacts", artifacts + " files have their digests"));
      findings.add(StateFinding.ok("spool", updates + " files of receipted updates are whole"));
    }
  }

  private int failures() {
    return (int) findings.stream().filter(StateFinding::isFailed).count();
  }

  private static Optional<String> wrong(Path file, NamedFiles.Needed needed) {
    if (!Files.isRegularFile(file)) {
      return Optional.of(file + " is missing (expected: " + needed.digest() + ")");
    }
    try {
      return ArtifactStore.hash(file).equals(needed.digest())
          ? Optional.empty()
          : Optional.of(file + " has other bytes (expected: " + needed.digest() + ")");
    } catch (FederationException e) {
      return Optional.of(e.sentence());
    }
  }

  private static String fix(NamedFiles.Needed needed) {
    return needed.update()
        ? "Put the file back from a backup, or stop the run: its node got a receipt and has thrown"
            + " its copy away"
        : "Put the file back from a backup, or from any other copy: its digest tells that it is the"
            + " right one";
  }

  private void records(World world) {
    int good = 0;
    for (RunState run : world.runs().values()) {
      for (RoundRecord round : run.rounds()) {
        good += record(run, round) ? 1 : 0;
      }
    }
    findings.add(StateFinding.ok("checkpoints", good + " records fit the journal"));
  }

  private boolean record(RunState run, RoundRecord round) {
    Path file = state.checkpoints().resolve(run.run().value()).resolve(round.round() + ".json");
    try {
      Provenance record = Provenance.parse(Files.readString(file));
      if (record.toCheckpoint().equals(round.checkpoint())) {
        return true;
      }
      findings.add(
          StateFinding.failed(
              "record " + file,
              record.checkpoint() + " (expected: " + round.checkpoint().manifest().digest() + ")",
              FROM_BACKUP));
    } catch (IOException | FederationException e) {
      findings.add(
          StateFinding.failed(
              "record " + file, "can't be read: " + e.getMessage(), "Put it back from a backup"));
    }
    return false;
  }

  private void space() {
    long free = state.freeBytes();
    findings.add(StateFinding.notice("disk", free / 1_000_000 + " MB are free", ""));
  }

  /** Files below a folder; none where it is missing. */
  static List<Path> filesBelow(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException | java.io.UncheckedIOException e) {
      return List.of(); // missing, or cleared while it was read
    }
  }
}
