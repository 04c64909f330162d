package io.tributary.training.worker;

/** The running clock of this process; for speeds and waits, never for results. */
final class RunningClock {
  private RunningClock() {}

  static long nanos() {
    return System.nanoTime();
  }
}
