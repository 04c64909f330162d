package io.tributary.coordinator.journal;

import io.tributary.coordinator.round.Staged;
import io.tributary.federation.RunId;
import java.util.List;

/**
 * Keeps nothing: {@code durability: none}, for simulations. What happened lives in the runs' states
 * alone and is gone with the process.
 */
public final class UnkeptJournal implements Journal {
  @Override
  public long epoch() {
    return 1;
  }

  @Override
  public List<Staged> history() {
    return List.of();
  }

  @Override
  public List<Staged> rows(RunId run, long from, long to) {
    return List.of();
  }

  @Override
  public void append(List<Staged> transitions) {}

  @Override
  public void close() {}
}
