package io.tributary.coordinator;

import io.tributary.coordinator.driver.Failpoints;
import java.io.Serial;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends the thread that reaches a place the first or n-th time, as a crash would. A thread that
 * works for a run is stopped where it is instead, until its pool is shut down: it must not tell of
 * its end.
 */
final class CrashOnce implements Failpoints {
  /** Passes every handler that a defect would not pass. */
  static final class Crash extends Error {
    @Serial private static final long serialVersionUID = 1L;

    Crash(String name) {
      super("crash at " + name, null, false, false);
    }
  }

  final CompletableFuture<String> crashed = new CompletableFuture<>();
  private final AtomicInteger left;
  private final String name;

  CrashOnce(String name) {
    this(name, 1);
  }

  /**
   * @param time which of its reaches crashes, counted from 1
   */
  CrashOnce(String name, int time) {
    this.name = name;
    left = new AtomicInteger(time);
  }

  @Override
  public void reach(String reached) {
    if (reached.equals(name) && left.decrementAndGet() == 0) {
      crashed.complete(name);
      if (Thread.currentThread()
          .getName()
          .matches("tributary-(judging|aggregating|evaluating)-.*")) {
        stopHere();
      }
      throw new Crash(name);
    }
  }

  private static void stopHere() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
