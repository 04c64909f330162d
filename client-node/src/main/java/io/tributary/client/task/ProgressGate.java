package io.tributary.client.task;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Lets at most four reports a second of each step through, and remembers the last report for the
 * heartbeat. Safe for several threads.
 */
public final class ProgressGate {
  /** Nanoseconds between two reports of one step. */
  static final long INTERVAL_NANOS = 250_000_000L;

  private final LongSupplier nanos;
  private final Consumer<TaskProgress> sink;
  private final Map<TaskProgress.Step, Long> lastSent = new EnumMap<>(TaskProgress.Step.class);
  private Optional<TaskProgress> latest = Optional.empty();

  public ProgressGate(LongSupplier nanos, Consumer<TaskProgress> sink) {
    this.nanos = requireNonNull(nanos, "nanos");
    this.sink = requireNonNull(sink, "sink");
  }

  public void report(TaskProgress progress) {
    synchronized (this) {
      boolean other = latest.filter(last -> last.id().equals(progress.id())).isEmpty();
      latest = Optional.of(progress);
      long now = nanos.getAsLong();
      Long last = lastSent.get(progress.step());
      if (!other && last != null && now - last < INTERVAL_NANOS) {
        return;
      }
      lastSent.put(progress.step(), now);
    }
    sink.accept(progress);
  }

  /** The last report, sent or not. */
  public synchronized Optional<TaskProgress> latest() {
    return latest;
  }

  /** Forgets the last report, when nothing is worked on any more. */
  public synchronized void clear() {
    latest = Optional.empty();
  }
}
