package io.tributary.client.task;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which work of one thread is expected, runs, or was given up. Work that runs is interrupted when
 * it is given up; the interrupt never reaches the work after it.
 */
final class Tickets {
  private final Set<Long> expected = new HashSet<>();
  private final Set<Long> stopped = new HashSet<>();
  private @Nullable Thread thread;
  private long running;

  synchronized void expect(long ticket) {
    expected.add(ticket);
  }

  /** False where the work was given up before its turn. */
  synchronized boolean enter(long ticket) {
    if (!expected.remove(ticket)) {
      return false;
    }
    thread = Thread.currentThread();
    running = ticket;
    return true;
  }

  synchronized void leave(long ticket) {
    thread = null;
    running = 0;
    stopped.remove(ticket);
    Thread.interrupted();
  }

  /**
   * Interrupts the work where it is running.
   *
   * @param cancel done only then, and before other work can begin: it must be brief
   */
  synchronized void stop(long ticket, Runnable cancel) {
    expected.remove(ticket);
    Thread busy = thread;
    if (busy == null || running != ticket) {
      return;
    }
    stopped.add(ticket);
    busy.interrupt();
    cancel.run();
  }

  synchronized boolean isStopped(long ticket) {
    return stopped.contains(ticket);
  }
}
