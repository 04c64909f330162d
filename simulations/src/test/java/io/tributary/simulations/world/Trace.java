package io.tributary.simulations.world;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What happened: its last lines, and how often each kind of thing happened. */
final class Trace {
  private static final int TAIL = 60;

  /** Kept as it is and written only when somebody reads it: most schedules pass. */
  private record Line(Duration at, String who, String what, Object detail) {
    @Override
    public String toString() {
      return String.format("%12.3fs %-13s %s %s", at.toMillis() / 1000.0, who, what, detail);
    }
  }

  private final Timeline timeline;
  private final Consumer<String> listener;
  private final boolean heard;
  private final Deque<Line> tail = new ArrayDeque<>();
  private final SortedMap<String, Long> counts = new TreeMap<>();
  private long lines;

  /** The listener is told every line if {@code heard}. */
  Trace(Timeline timeline, boolean heard, Consumer<String> listener) {
    this.timeline = timeline;
    this.heard = heard;
    this.listener = listener;
  }

  void say(String who, String what, Object detail) {
    var line = new Line(Duration.between(Timeline.START, timeline.now()), who, what, detail);
    lines++;
    if (heard) {
      listener.accept(line.toString());
    }
    tail.addLast(line);
    if (tail.size() > TAIL) {
      tail.removeFirst();
    }
  }

  void count(String what) {
    counts.merge(what, 1L, Long::sum);
  }

  /** How much happened so far. */
  long lines() {
    return lines;
  }

  SortedMap<String, Long> counts() {
    return counts;
  }

  String tail() {
    var text = new StringBuilder();
    tail.forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }
}
