package io.tributary.simulations.world;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/** Virtual time: jobs run in the order of their time, at the same time in the order of planning. */
final class Timeline {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private record Job(Instant at, long order, Runnable work) implements Comparable<Job> {
    @Override
    public int compareTo(Job other) {
      int byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Job> jobs = new PriorityQueue<>();
  private Instant now = START;
  private long planned;

  Instant now() {
    return now;
  }

  /** Plans a job; a time that has passed means at once. */
  void at(Instant time, Runnable work) {
    jobs.add(new Job(time.isBefore(now) ? now : time, planned++, work));
  }

  void after(Duration wait, Runnable work) {
    at(now.plus(wait), work);
  }

  /** Runs the next job; false when there is none. */
  boolean step() {
    Job next = jobs.poll();
    if (next == null) {
      return false;
    }
    now = next.at();
    next.work().run();
    return true;
  }
}
