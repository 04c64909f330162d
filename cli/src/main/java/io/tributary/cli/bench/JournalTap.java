package io.tributary.cli.bench;

import static java.util.Objects.requireNonNull;

import io.tributary.coordinator.journal.Journal;
import io.tributary.coordinator.round.Staged;
import io.tributary.federation.RunId;
import java.util.List;
import java.util.function.Consumer;

/** A journal that tells of what was appended. */
final class JournalTap implements Journal {
  private final Journal real;
  private final Consumer<List<Staged>> listener;

  JournalTap(Journal real, Consumer<List<Staged>> listener) {
    this.real = requireNonNull(real, "real");
    this.listener = requireNonNull(listener, "listener");
  }

  @Override
  public long epoch() {
    return real.epoch();
  }

  @Override
  public List<Staged> history() {
    return real.history();
  }

  @Override
  public List<Staged> rows(RunId run, long from, long to) {
    return real.rows(run, from, to);
  }

  @Override
  public void append(List<Staged> transitions) {
    real.append(transitions);
    listener.accept(transitions);
  }

  @Override
  public void close() {
    real.close();
  }
}
