package io.tributary.coordinator;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The coordinator's threads besides the driver's and gRPC's, each named after its work.
 *
 * @param judging reads updates
 * @param aggregating runs one aggregation at a time
 * @param blocks works on blocks of an aggregation
 * @param evaluating talks to the worker
 * @param watching sends views to watchers
 * @param timer looks after stalled transfers
 */
record Pools(
    ExecutorService judging,
    ExecutorService aggregating,
    ExecutorService blocks,
    ExecutorService evaluating,
    ExecutorService watching,
    ScheduledExecutorService timer)
    implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * Starts no thread before it is needed.
   *
   * @param threads for reading and for aggregating
   */
  static Pools open(int threads) {
    return new Pools(
        Executors.newFixedThreadPool(threads, named("judging")),
        Executors.newSingleThreadExecutor(named("aggregating")),
        Executors.newFixedThreadPool(threads, named("blocks")),
        Executors.newSingleThreadExecutor(named("evaluating")),
        Executors.newFixedThreadPool(2, named("watching")),
        Executors.newSingleThreadScheduledExecutor(named("timer")));
  }

  private static ThreadFactory named(String name) {
    var count = new AtomicInteger();
    return work -> {
      var thread = new Thread(work, "tributary-" + name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Interrupts what runs and waits for it to end. */
  @Override
  public void close() {
    ExecutorService[] all = {timer, watching, evaluating, aggregating, blocks, judging};
    for (ExecutorService pool : all) {
      pool.shutdownNow();
    }
    try {
      for (ExecutorService pool : all) {
        pool.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
