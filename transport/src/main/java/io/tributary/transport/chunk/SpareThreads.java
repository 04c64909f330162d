package io.tributary.transport.chunk;

import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that take a part of a transfer's work over, as many as the machine has processors for all
 * transfers of the process, named {@code tributary-store-N}. They end when they have had nothing to
 * do for a while. Nothing ever waits for one: what finds none free is done by who has it.
 */
final class SpareThreads {
  private static final int KEPT_SECONDS = 10;
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final ThreadPoolExecutor THREADS =
      new ThreadPoolExecutor(
          0,
          Runtime.getRuntime().availableProcessors(),
          KEPT_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          SpareThreads::thread);

  private SpareThreads() {}

  private static Thread thread(Runnable work) {
    var thread = new Thread(work, "tributary-store-" + NAMES.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  /** Begins the work on a spare thread; empty, and nothing begun, where there is none. */
  static Optional<FutureTask<?>> begin(Runnable work) {
    var task = new FutureTask<Void>(work, null);
    try {
      THREADS.execute(task);
      return Optional.of(task);
    } catch (RejectedExecutionException e) {
      return Optional.empty();
    }
  }
}
