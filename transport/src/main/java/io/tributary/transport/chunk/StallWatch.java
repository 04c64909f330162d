package io.tributary.transport.chunk;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends transfers in which nothing has moved for a while; a transfer that moves may take as long as
 * it takes. Those are ended on a spare thread of the process: the timer, which all transfers share,
 * never waits for one of them. Safe for all threads.
 */
public final class StallWatch {
  private final @Nullable ScheduledExecutorService timer;
  private final LongSupplier nanos;
  private final Duration limit;

  /**
   * @param timer looks after the transfers
   * @param nanos a monotonic clock in nanoseconds
   * @param limit longest time without movement
   */
  public StallWatch(ScheduledExecutorService timer, LongSupplier nanos, Duration limit) {
    this(limit, requireNonNull(timer, "timer"), requireNonNull(nanos, "nanos"));
  }

  private StallWatch(Duration limit, @Nullable ScheduledExecutorService timer, LongSupplier nanos) {
    this.timer = timer;
    this.nanos = nanos;
    this.limit = requireNonNull(limit, "limit");
  }

  /** Never ends anything; for calls within one process. */
  public static StallWatch never() {
    return new StallWatch(Duration.ZERO, null, () -> 0);
  }

  /** Why a transfer was ended. */
  static FederationException stalled() {
    return new FederationException(
        ErrorKind.TIMED_OUT,
        "transfer: nothing moved for too long (expected: progress). Try again.");
  }

  /**
   * Watches one transfer until it is closed.
   *
   * @param onStall ends it; may wait for a lock or a disk
   */
  public Watched start(Runnable onStall) {
    var watched = new Watched(onStall);
    if (timer != null) {
      long tick = Math.max(1, limit.toMillis() / 4);
      watched.task = timer.scheduleWithFixedDelay(watched::look, tick, tick, TimeUnit.MILLISECONDS);
    }
    return watched;
  }

  /** One transfer. */
  public final class Watched {
    private final Runnable onStall;
    private volatile long last = nanos.getAsLong();
    private volatile boolean working;
    private volatile @Nullable ScheduledFuture<?> task;

    private Watched(Runnable onStall) {
      this.onStall = onStall;
    }

    /** Something moved. */
    public void moved() {
      last = nanos.getAsLong();
      working = false;
    }

    /** Something moved, and this side works on it until {@link #moved}: nobody has to move then. */
    public void working() {
      working = true;
    }

    /** Watches no more; for good. */
    public void close() {
      ScheduledFuture<?> running = task;
      if (running != null) {
        running.cancel(false);
      }
    }

    private void look() {
      boolean stalled = !working && nanos.getAsLong() - last >= limit.toNanos();
      if (stalled && SpareThreads.begin(onStall).isPresent()) {
        close(); // where no thread is free, the next look ends it
      }
    }
  }
}
