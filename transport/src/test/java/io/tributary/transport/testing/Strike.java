package io.tributary.transport.testing;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The moment at which an armed fault of a {@link FaultyProxy} strikes. */
public final class Strike {
  private final CompletableFuture<Void> struck = new CompletableFuture<>();

  Strike() {}

  void happened() {
    struck.complete(null);
  }

  /** Waits for it; an AssertionError where it takes longer. */
  public void await(Duration longest) throws InterruptedException {
    try {
      struck.get(longest.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new AssertionError("the fault did not strike within " + longest, e);
    }
  }

  /** Runs something when it strikes, on the thread that carries the bytes; it must be brief. */
  public void then(Runnable act) {
    var unused = struck.thenRun(act);
  }
}
