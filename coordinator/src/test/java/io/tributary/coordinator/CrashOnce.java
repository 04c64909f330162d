package io.tributary.coordinator;

import io.tributary.coordinator.driver.Failpoints;
import java.io.Serial;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends the thread that reaches a place the first time, as a crash would. A thread that works for a
 * run is stopped where it is instead, until its pool is shut down: it must not tell of its end.
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
  private final AtomicBoolean once = new AtomicBoolean();
  private final String name;

  CrashOnce(String name) {
    this.name = name;
  }

  @Override
  public void reach(String reached) {
    if (reached.equals(name) && once.compareAndSet(false, true)) {
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
