package io.tributary.simulations.network;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** Threads that a closed federation has left behind. */
final class Leaks {
  /** Spare threads of the whole process, kept a while for the next transfer, whoever's it is. */
  private static final String SPARE = "tributary-store-";

  private Leaks() {}

  /** Waits until none is left; fails with their names. */
  static void await() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    List<Thread> left = left();
    try {
      for (Thread thread : left) {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    List<String> names = left().stream().map(Thread::getName).toList();
    if (!names.isEmpty()) {
      throw new AssertionError("threads left: " + names);
    }
  }

  private static List<Thread> left() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .filter(
            thread ->
                thread.getName().startsWith("tributary-")
                    || thread.getName().startsWith("faulty-proxy-"))
        .filter(thread -> !thread.getName().startsWith("tributary-virtual-"))
        .filter(thread -> !thread.getName().startsWith(SPARE))
        .toList();
  }
}
