package io.tributary.coordinator;

import io.tributary.coordinator.driver.Failpoints;
import java.io.Serial;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ends the thread that reaches a place the first time, as a crash would. */
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
      throw new Crash(name);
    }
  }
}
