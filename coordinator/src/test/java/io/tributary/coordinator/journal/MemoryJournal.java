package io.tributary.coordinator.journal;

import io.tributary.coordinator.round.Staged;
import io.tributary.federation.RunId;
import java.util.ArrayList;
import java.util.List;

/** A journal that lasts as long as the object. */
public final class MemoryJournal implements Journal {
  private final List<Staged> history = new ArrayList<>();

  @Override
  public long epoch() {
    return 1;
  }

  @Override
  public synchronized List<Staged> history() {
    return List.copyOf(history);
  }

  @Override
  public synchronized List<Staged> rows(RunId run, long from, long to) {
    return history.stream()
        .filter(row -> row.run().equals(run) && row.sequence() >= from && row.sequence() <= to)
        .toList();
  }

  @Override
  public synchronized void append(List<Staged> transitions) {
    history.addAll(transitions);
  }

  @Override
  public void close() {}
}
