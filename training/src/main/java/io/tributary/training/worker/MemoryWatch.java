package io.tributary.training.worker;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends a child process whose resident memory passes a limit: native memory is outside the heap, so
 * the JVM's own limit does not hold it. Looks four times a second, on a thread of its own.
 */
final class MemoryWatch implements AutoCloseable {
  private static final long PERIOD_MILLIS = 250;

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            var thread = new Thread(work, "worker-memory");
            thread.setDaemon(true);
            return thread;
          });
  private final Process process;
  private final long limitBytes;
  private volatile long exceededBytes;

  MemoryWatch(Process process, long limitBytes) {
    this.process = process;
    this.limitBytes = limitBytes;
    @SuppressWarnings("unused") // ends with the timer; look() does not throw
    var future =
        timer.scheduleWithFixedDelay(
            this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Resident memory when the child was ended for it; 0 while it was not. */
  long exceededBytes() {
    return exceededBytes;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void look() {
    long resident = Machine.residentBytes(process.pid()).orElse(0);
    if (resident > limitBytes && exceededBytes == 0) {
      exceededBytes = resident;
      process.destroyForcibly();
    }
  }
}
