package io.tributary.simulations.world;

import io.tributary.federation.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Carries messages: late, twice, in another order, or not at all. */
final class Net {
  private static final Duration AT_LEAST = Duration.ofMillis(1);

  private final Timeline timeline;
  private final Dice dice;
  private final Storm storm;
  private final Trace trace;
  private final Map<NodeName, Instant> cutUntil = new HashMap<>();

  Net(Timeline timeline, Dice dice, Storm storm, Trace trace) {
    this.timeline = timeline;
    this.dice = dice;
    this.storm = storm;
    this.trace = trace;
  }

  /** One direction of one connection: keeps the order unless the storm says otherwise. */
  final class Pipe {
    private final NodeName node;
    private Instant last = Timeline.START;

    Pipe(NodeName node) {
      this.node = node;
    }

    void send(Object message, Runnable delivery) {
      if (isCut(node)) {
        trace.count("message cut off");
        return;
      }
      if (dice.trouble(storm.loss())) {
        trace.say("net", "dropped", message);
        trace.count("message dropped");
        return;
      }
      Instant at = timeline.now().plus(delay());
      if (dice.trouble(storm.reorder())) {
        trace.count("message reordered");
        at = at.plus(delay());
      } else if (at.isBefore(last)) {
        at = last;
      }
      last = at.isAfter(last) ? at : last;
      timeline.at(at, delivery);
      if (dice.trouble(storm.duplicate())) {
        trace.say("net", "doubled", message);
        trace.count("message doubled");
        timeline.at(at.plus(delay()), delivery);
      }
    }
  }

  Pipe pipe(NodeName node) {
    return new Pipe(node);
  }

  Duration delay() {
    return dice.millis(AT_LEAST.toMillis(), dice.isCalm() ? 200 : storm.slowest().toMillis());
  }

  boolean isCut(NodeName node) {
    Instant until = cutUntil.get(node);
    return until != null && timeline.now().isBefore(until);
  }

  void cut(NodeName node, Duration length) {
    cutUntil.put(node, timeline.now().plus(length));
  }

  void heal() {
    cutUntil.clear();
  }
}
