package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.RunId;

/**
 * Identity of an effect: the same work of the same state has the same identity in every process's
 * life.
 */
public record EffectId(RunId run, String work) implements Comparable<EffectId> {
  public EffectId {
    requireNonNull(run, "run");
    requireNonNull(work, "work");
  }

  @Override
  public int compareTo(EffectId other) {
    int byRun = run.compareTo(other.run);
    return byRun != 0 ? byRun : work.compareTo(other.work);
  }

  @Override
  public String toString() {
    return run + "/" + work;
  }
}
