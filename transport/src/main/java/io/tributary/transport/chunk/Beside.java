package io.tributary.transport.chunk;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A piece of work that runs beside that of the thread which began it, on a spare thread where there
 * is one and else at the end, on the same. It is over when {@link #end} returns, however the other
 * work went.
 */
public final class Beside {
  private static final Logger LOG = LoggerFactory.getLogger(Beside.class);

  private final Runnable work;
  private final Optional<FutureTask<?>> begun;

  private Beside(Runnable work, Optional<FutureTask<?>> begun) {
    this.work = work;
    this.begun = begun;
  }

  /**
   * Begins the work.
   *
   * @param worthIt whether it is enough for another thread
   */
  public static Beside begin(boolean worthIt, Runnable work) {
    return new Beside(work, worthIt ? SpareThreads.begin(work) : Optional.empty());
  }

  /** Waits for the work, or does it now. */
  public void end() {
    if (begun.isPresent()) {
      await(begun.get());
    } else {
      work.run();
    }
  }

  /**
   * Waits until none of it is under way; it is not begun any more, and how it went is no matter.
   */
  public void leave() {
    begun.ifPresent(
        task -> {
          try {
            await(task);
          } catch (RuntimeException e) {
            LOG.debug("work beside what failed, failed too: {}", e.getMessage());
          }
        });
  }

  /** Not to be interrupted: what the work reads is the caller's only until this returns. */
  static void await(FutureTask<?> task) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          task.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
