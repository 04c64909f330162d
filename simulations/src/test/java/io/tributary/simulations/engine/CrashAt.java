package io.tributary.simulations.engine;

import io.tributary.coordinator.driver.Failpoints;
import java.io.Serial;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends the thread that reaches a place for the n-th time, as a crash would; {@code NAME:n}. Threads
 * that work for a run are stopped where they are instead, until their pools are shut down.
 */
final class CrashAt implements Failpoints {
  /** Passes every handler that a defect would not pass. */
  private static final class Crash extends Error {
    @Serial private static final long serialVersionUID = 1L;

    private Crash(String name) {
      super("crash at " + name, null, false, false);
    }
  }

  final CompletableFuture<String> crashed = new CompletableFuture<>();
  private final String name;
  private final AtomicInteger left;

  CrashAt(String place) {
    String[] parts = place.split(":", 2);
    name = parts[0];
    left = new AtomicInteger(Integer.parseInt(parts[1]));
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
