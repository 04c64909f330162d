package io.tributary.client;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs one after the other, in the order given, on another executor's threads; so that
 * thousands of nodes can share a few. A job that throws is logged and the next one runs. Once the
 * threads have been shut down, {@link #execute} is rejected.
 */
final class SerialExecutor implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(SerialExecutor.class);

  private final Executor threads;
  private final Deque<Runnable> jobs = new ArrayDeque<>();
  private @Nullable Runnable active;

  SerialExecutor(Executor threads) {
    this.threads = requireNonNull(threads, "threads");
  }

  @Override
  public synchronized void execute(Runnable job) {
    jobs.add(job);
    if (active == null) {
      next();
    }
  }

  private synchronized void next() {
    active = jobs.poll();
    if (active != null) {
      Runnable job = active;
      try {
        threads.execute(() -> run(job));
      } catch (RejectedExecutionException e) {
        active = null;
        jobs.clear();
        throw e;
      }
    }
  }

  private void run(Runnable job) {
    try {
      job.run();
    } catch (RuntimeException e) {
      LOG.error("a job of the node failed unexpectedly", e);
    } finally {
      nextIfOpen();
    }
  }

  /** Threads that were shut down while the last job ran drop the rest of the jobs. */
  private void nextIfOpen() {
    try {
      next();
    } catch (RejectedExecutionException e) {
      LOG.debug("the threads have ended; later jobs are dropped");
    }
  }
}
