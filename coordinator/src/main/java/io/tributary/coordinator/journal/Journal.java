package io.tributary.coordinator.journal;

import io.tributary.coordinator.round.Staged;
import io.tributary.federation.RunId;
import java.util.List;

/** The record of all runs' transitions. Used by one thread at a time, but for {@link #rows}. */
public interface Journal extends AutoCloseable {
  /** Grows by one with every opening; only the newest opening can write. */
  long epoch();

  /**
   * Every transition, verified, by run and sequence; a row that does not fit its chain is CORRUPT
   * and names run and sequence.
   */
  List<Staged> history();

  /**
   * Rows of one run, verified; for any thread, also while another one appends. Empty where nothing
   * is kept.
   *
   * @param from sequence of the first
   * @param to sequence of the last
   */
  List<Staged> rows(RunId run, long from, long to);

  /**
   * Writes all or none, durably when it returns. IN_USE: a newer opening exists; FULL: no space.
   */
  void append(List<Staged> transitions);

  @Override
  void close();
}
