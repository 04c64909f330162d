package io.tributary.coordinator.driver;

import io.tributary.federation.RunId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who watches which run, and the number of each run's newest change; safe for all threads. */
final class Watchers {
  private static final Logger LOG = LoggerFactory.getLogger(Watchers.class);
  private static final long LIVE_CHANGES = 1_000_000;

  private final Map<RunId, List<RunListener>> listeners = new ConcurrentHashMap<>();
  private final Map<RunId, AtomicLong> changes = new ConcurrentHashMap<>();

  AutoCloseable watch(RunId run, RunListener listener) {
    listeners.computeIfAbsent(run, key -> new CopyOnWriteArrayList<>()).add(listener);
    return () -> listeners.getOrDefault(run, List.of()).remove(listener);
  }

  long change(RunId run) {
    AtomicLong change = changes.get(run);
    return change == null ? 0 : change.get();
  }

  /** Durable changes count in millions, so that the number grows over a restart too. */
  void journaled(RunId run, long sequence) {
    counter(run).accumulateAndGet(sequence * LIVE_CHANGES, Math::max);
    tell(run);
  }

  /** Something that is not journaled changed, such as progress or who is connected. */
  void live(RunId run) {
    counter(run).updateAndGet(now -> (now + 1) % LIVE_CHANGES == 0 ? now : now + 1);
    tell(run);
  }

  private AtomicLong counter(RunId run) {
    return changes.computeIfAbsent(run, key -> new AtomicLong());
  }

  private void tell(RunId run) {
    for (RunListener listener : listeners.getOrDefault(run, List.of())) {
      try {
        listener.changed(run);
      } catch (RuntimeException e) {
        LOG.warn("a listener of run {} failed", run, e);
      }
    }
  }
}
