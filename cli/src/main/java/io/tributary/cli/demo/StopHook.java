package io.tributary.cli.demo;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Ends a federation when this process is asked to stop in the middle of its work. */
final class StopHook {
  private final LocalFederation federation;
  private final Runnable told;
  private volatile boolean stopping;

  private StopHook(LocalFederation federation, Runnable told) {
    this.federation = federation;
    this.told = told;
  }

  /**
   * Does the work and ends the federation afterwards, however it went.
   *
   * @param told says where things lie, when the work was stopped
   */
  static <T> T around(LocalFederation federation, Runnable told, Supplier<T> work) {
    var stop = new StopHook(federation, told);
    var hook = new Thread(stop::stopped, "federation-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return work.get();
    } catch (RuntimeException e) {
      stop.awaitEndIfStopping();
      throw e;
    } finally {
      federation.close();
      remove(hook);
    }
  }

  private void stopped() {
    stopping = true;
    federation.close();
    told.run();
  }

  /** What fails while the process is being stopped fails for that reason and is not told. */
  private void awaitEndIfStopping() {
    while (stopping) {
      LockSupport.park(this);
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending: the hook runs already
    }
  }
}
