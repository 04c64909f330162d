package io.tributary.cli.service;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends a service in an orderly way when the process is asked to end (SIGTERM, Ctrl-C) or, where
 * that is wanted, when its standard input ends, so that it never outlives the program that started
 * it.
 */
public final class StopSignal {
  private final Runnable stop;
  private final AtomicBoolean stopped = new AtomicBoolean();

  private StopSignal(Runnable stop) {
    this.stop = stop;
  }

  /**
   * Waits for a signal in the background.
   *
   * @param stop ends the service and returns when it has ended; called once
   */
  public static StopSignal install(boolean withInput, Runnable stop) {
    var signal = new StopSignal(stop);
    Runtime.getRuntime().addShutdownHook(new Thread(signal::stop, "stop-signal"));
    if (withInput) {
      var watch = new Thread(() -> signal.watch(System.in), "stop-with-input");
      watch.setDaemon(true);
      watch.start();
    }
    return signal;
  }

  /** Ends the service unless that has been done. */
  public void stop() {
    if (stopped.compareAndSet(false, true)) {
      stop.run();
    }
  }

  private void watch(InputStream input) {
    try {
      while (input.read() >= 0) {
        // what is written there has no meaning
      }
    } catch (IOException e) {
      // an input that can't be read has ended
    }
    stop();
  }
}
