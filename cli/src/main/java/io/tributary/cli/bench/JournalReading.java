package io.tributary.cli.bench;

import io.tributary.coordinator.journal.Journal;
import io.tributary.coordinator.journal.SqliteJournal;
import io.tributary.coordinator.round.AssignmentStage;
import io.tributary.coordinator.round.RunFold;
import io.tributary.coordinator.round.RunState;
import io.tributary.coordinator.round.Staged;
import io.tributary.coordinator.round.Transition.UpdateReceipted;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a coordinator's journal says of one run, read from a copy so that the state folder stays as
 * the crash left it. The copy is whole when its coordinator is dead or has nothing to write.
 *
 * @param phase such as {@code round 2 collecting, 1 of 3 receipted}
 * @param receipts digest of each receipted update by {@code ROUND/NODE}
 * @param assignments of the receipted updates
 */
record JournalReading(
    String phase, NavigableMap<String, String> receipts, List<String> assignments) {
  private static final List<String> FILES = List.of("state.db", "state.db-wal");

  JournalReading {
    receipts = Collections.unmodifiableNavigableMap(new TreeMap<>(receipts));
    assignments = List.copyOf(assignments);
  }

  /**
   * Reads the run's rows.
   *
   * @param copy folder for the copy
   * @param run empty: no run is known yet
   */
  static JournalReading of(Path state, Path copy, String run) {
    try {
      if (!Files.exists(state.resolve(FILES.get(0)))) {
        return none("nothing journaled");
      }
      Files.createDirectories(copy);
      for (String file : FILES) {
        if (Files.exists(state.resolve(file))) {
          Files.copy(state.resolve(file), copy.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        } else {
          Files.deleteIfExists(copy.resolve(file));
        }
      }
      Files.deleteIfExists(copy.resolve("state.db-shm"));
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL, copy + ": no copy of the journal (expected: room). Make room.", e);
    }
    try (Journal journal = SqliteJournal.open(copy)) {
      List<Staged> history = journal.history();
      String name = run.isEmpty() ? open(history) : run;
      return of(history.stream().filter(row -> row.run().value().equals(name)).toList());
    }
  }

  /** The run that has not ended: the one whose start was not answered. */
  private static String open(List<Staged> history) {
    Map<String, List<Staged>> runs =
        history.stream().collect(Collectors.groupingBy(row -> row.run().value()));
    return runs.entrySet().stream()
        .filter(entry -> RunFold.fold(entry.getValue()).phase().active())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("");
  }

  /** Without receipts. */
  static JournalReading none(String phase) {
    return new JournalReading(phase, new TreeMap<>(), List.of());
  }

  private static JournalReading of(List<Staged> history) {
    if (history.isEmpty()) {
      return none("before the run");
    }
    NavigableMap<String, String> receipts = new TreeMap<>();
    List<String> assignments = new java.util.ArrayList<>();
    for (Staged row : history) {
      if (row.transition() instanceof UpdateReceipted receipt) {
        assignments.add(receipt.assignment().toString());
        receipts.put(
            receipt.assignment().round().round() + "/" + receipt.assignment().node(),
            receipt.facts().digest().toString());
      }
    }
    return new JournalReading(phase(RunFold.fold(history)), receipts, assignments);
  }

  private static String phase(RunState run) {
    String name = run.phase().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    if (run.phase().ended()) {
      return name;
    }
    long stored =
        run.open().cohort().values().stream()
            .filter(
                a -> a.stage() == AssignmentStage.RECEIVED || a.stage() == AssignmentStage.COUNTED)
            .count();
    String round = "round " + run.open().round() + " " + name;
    return run.open().cohort().isEmpty()
        ? round
        : round + ", " + stored + " of " + run.open().cohort().size() + " receipted";
  }
}
