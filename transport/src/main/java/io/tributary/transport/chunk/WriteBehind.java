package io.tributary.transport.chunk;

import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the disk begin early: each time so many bytes were written, a spare thread forces the file
 * while more come. The force that makes the file durable comes after the last byte and then has
 * little left to do; nothing is promised by the early ones. The system tells a failed force once,
 * so one that failed early counts as the failure of the file. Belongs to one thread.
 */
final class WriteBehind {
  private static final Logger LOG = LoggerFactory.getLogger(WriteBehind.class);
  private static final long BYTES = 64L << 20;

  private final Runnable force;
  private Optional<FutureTask<?>> forcing = Optional.empty();
  private long written;

  WriteBehind(Runnable force) {
    this.force = force;
  }

  /**
   * So many more bytes are in the file; throws what an early force threw. Whether these let one
   * begin: where no thread is spare just then, the next bytes try again.
   */
  boolean written(int bytes) {
    written += bytes;
    if (!forcing.map(FutureTask::isDone).orElse(true)) {
      return false;
    }
    await();
    forcing = written >= BYTES ? SpareThreads.begin(force) : Optional.empty();
    written = forcing.isPresent() ? 0 : written;
    return forcing.isPresent();
  }

  /** Waits for an early force that is under way; throws what it threw. */
  void await() {
    forcing.ifPresent(Beside::await);
  }

  /** Waits for it too, whatever becomes of it. */
  void end() {
    try {
      await();
    } catch (RuntimeException e) {
      LOG.debug("an early force failed: {}", e.getMessage());
    }
  }
}
