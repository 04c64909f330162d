package io.tributary.coordinator.round;

import java.util.List;
import java.util.Optional;

/** A committed round from its rows in the journal, with the assignments that a state let go. */
public final class PastRound {
  private PastRound() {}

  /** The first row of a round; its last is the one that committed it. */
  public static long firstRow(RunState run, int round) {
    return round == 0 ? 1 : run.rounds().get(round - 1).tally().sequence() + 1;
  }

  /**
   * Folds the rows again, as they were folded when they were written.
   *
   * @param run of which the round is one, as it is now
   * @param rows of the round, from {@link #firstRow} to the one that committed it
   */
  public static RoundRecord of(RunState run, int round, List<Staged> rows) {
    Optional<RunState> state = round == 0 ? Optional.empty() : Optional.of(before(run, round));
    for (Staged row : rows) {
      state = Optional.of(RunFold.apply(state, row));
    }
    return state
        .filter(after -> after.rounds().size() == round + 1)
        .map(after -> after.rounds().get(round))
        .orElseThrow(
            () -> new IllegalStateException("run " + run.run() + ": rows of another round"));
  }

  /** The run when the round before was committed, as far as the rows of this one need it. */
  private static RunState before(RunState run, int round) {
    RoundRecord last = run.rounds().get(round - 1);
    Marks now = run.marks();
    return new RunState(
        run.spec(),
        new Marks(
            last.tally().sequence(),
            last.committed(),
            last.tally().sequence(),
            0,
            0,
            0,
            Optional.empty(),
            now.started(),
            now.started(),
            Optional.empty()),
        Phase.COMMITTED,
        "",
        Optional.empty(),
        OpenRound.of(last.round(), last.opened(), Optional.empty()),
        run.rounds().subList(0, round),
        LastCounted.NONE,
        last.checkpoint(),
        Optional.empty(),
        run.promiseLost(),
        Optional.empty(),
        Optional.empty());
  }
}
