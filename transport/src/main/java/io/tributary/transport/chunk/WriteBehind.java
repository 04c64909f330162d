package io.tributary.transport.chunk;

import java.util.Optional;
import java.util.concurrent.FutureTask;

/**
 * Lets the disk begin early: each time so many bytes were written, a spare thread forces the file
 * while more come. The force that makes the file durable comes after the last byte and then has
 * little left to do; nothing is promised by the early ones. The system tells a failed force once,
 * so one that failed early counts as the failure of the file. Belongs to one thread.
 */
final class WriteBehind {
  private static final long BYTES = 64L << 20;

  private final Runnable force;
  private Optional<FutureTask<?>> forcing = Optional.empty();
  private long written;

  WriteBehind(Runnable force) {
    this.force = force;
  }

  /** So many more bytes are in the file; throws what an early force threw. */
  void written(int bytes) {
    written += bytes;
    if (written >= BYTES && forcing.map(FutureTask::isDone).orElse(true)) {
      await();
      forcing = SpareThreads.begin(force);
      written = 0;
    }
  }

  /** Waits for an early force that is under way; throws what it threw. */
  void await() {
    forcing.ifPresent(Beside::await);
  }
}
