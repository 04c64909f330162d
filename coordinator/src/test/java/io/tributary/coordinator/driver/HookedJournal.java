package io.tributary.coordinator.driver;

import io.tributary.coordinator.journal.Journal;
import io.tributary.coordinator.journal.MemoryJournal;
import io.tributary.coordinator.round.Staged;
import io.tributary.federation.RunId;
import java.util.List;

/** A journal in memory that runs something before each commit. */
final class HookedJournal implements Journal {
  private final MemoryJournal memory = new MemoryJournal();
  private final Runnable before;

  HookedJournal(Runnable before) {
    this.before = before;
  }

  @Override
  public long epoch() {
    return memory.epoch();
  }

  @Override
  public List<Staged> history() {
    return memory.history();
  }

  @Override
  public List<Staged> rows(RunId run, long from, long to) {
    return memory.rows(run, from, to);
  }

  @Override
  public void append(List<Staged> transitions) {
    before.run();
    memory.append(transitions);
  }

  @Override
  public void close() {
    memory.close();
  }
}
