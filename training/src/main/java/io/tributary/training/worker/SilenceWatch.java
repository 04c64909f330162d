package io.tributary.training.worker;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends a child process that sends nothing for too long while an order runs: a hung worker would
 * hold its order for ever. Has a thread of its own, since the order's thread waits in a read.
 */
final class SilenceWatch implements AutoCloseable {
  private static final int LOOKS = 10;

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            var thread = new Thread(work, "worker-silence");
            thread.setDaemon(true);
            return thread;
          });
  private final Process process;
  private final long limitNanos;
  private volatile long lastHeard;
  private volatile boolean exceeded;

  SilenceWatch(Process process, Duration limit) {
    this.process = process;
    this.limitNanos = limit.toNanos();
    heard();
    long period = Math.max(1, limitNanos / LOOKS);
    @SuppressWarnings("unused") // ends with the timer; look() does not throw
    var future = timer.scheduleWithFixedDelay(this::look, period, period, TimeUnit.NANOSECONDS);
  }

  /** The child has just sent something. */
  void heard() {
    lastHeard = RunningClock.nanos();
  }

  /** Whether the child was ended for its silence. */
  boolean exceeded() {
    return exceeded;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void look() {
    if (RunningClock.nanos() - lastHeard > limitNanos) {
      exceeded = true;
      process.destroyForcibly();
    }
  }
}
