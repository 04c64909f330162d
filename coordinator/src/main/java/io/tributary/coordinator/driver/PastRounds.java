package io.tributary.coordinator.driver;

import static java.util.Objects.requireNonNull;

import io.tributary.coordinator.journal.Journal;
import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.PastRound;
import io.tributary.coordinator.round.RoundRecord;
import io.tributary.coordinator.round.RunState;
import io.tributary.coordinator.round.Staged;
import io.tributary.federation.AssignmentId;
import java.util.List;
import java.util.Optional;

/**
 * Committed rounds with all their assignments, which a run's state holds of the newest ones only:
 * the others are read from the journal. Blocks for that; safe for several threads, but not for the
 * driver's.
 */
public final class PastRounds {
  private final Journal journal;

  PastRounds(Journal journal) {
    this.journal = requireNonNull(journal, "journal");
  }

  /** An assignment of any round of a run. */
  public Optional<AssignmentRecord> assignment(RunState run, AssignmentId id) {
    int round = id.round().round();
    if (round >= run.rounds().size() || run.rounds().get(round).detailed()) {
      return run.find(id);
    }
    return whole(run, run.rounds().get(round)).cohort().stream()
        .filter(assignment -> assignment.id().equals(id))
        .findFirst();
  }

  /** The run with all assignments of all rounds, as far as a journal is kept. */
  public RunState whole(RunState run) {
    return run.with(run.rounds().stream().map(round -> whole(run, round)).toList());
  }

  private RoundRecord whole(RunState run, RoundRecord round) {
    if (round.detailed()) {
      return round;
    }
    List<Staged> rows =
        journal.rows(run.run(), PastRound.firstRow(run, round.round()), round.tally().sequence());
    return rows.isEmpty() ? round : PastRound.of(run, round.round(), rows);
  }
}
