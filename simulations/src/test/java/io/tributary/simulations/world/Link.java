package io.tributary.simulations.world;

import io.tributary.client.session.NodeReply;
import io.tributary.client.session.SessionEvent;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One Join call. Each side learns of its end at its own time; until then it believes in it, and
 * what it sends goes nowhere.
 */
final class Link {
  private final SimulatedWorld world;
  private final NodeLife node;
  private final long number;
  private final CoordinatorLife server;
  private final Net.Pipe up;
  private final Net.Pipe down;
  private long session;
  private boolean nodeOpen = true;
  private boolean serverOpen = true;

  Link(SimulatedWorld world, NodeLife node, long number, CoordinatorLife server) {
    this.world = world;
    this.node = node;
    this.number = number;
    this.server = server;
    this.up = world.net().pipe(node.name());
    this.down = world.net().pipe(node.name());
  }

  NodeName name() {
    return node.name();
  }

  CoordinatorLife server() {
    return server;
  }

  long session() {
    return session;
  }

  boolean serverOpen() {
    return serverOpen;
  }

  void joined(long newest) {
    session = newest;
  }

  void hello(List<AssignmentId> open) {
    if (serverOpen && !server.dead()) {
      server.hello(this, open);
    }
  }

  void toNode(SessionEvent event) {
    if (serverOpen && !server.dead()) {
      down.send(event, () -> arrive(event));
    }
  }

  private void arrive(SessionEvent event) {
    if (nodeOpen) {
      node.fromLink(number, event);
    }
  }

  void toServer(NodeReply reply) {
    if (nodeOpen) {
      up.send(
          reply,
          () -> {
            if (serverOpen && !server.dead()) {
              server.fromNode(this, reply);
            }
          });
    }
  }

  /** The coordinator ends the call with a last word; the node's side ends with it or soon after. */
  void last(SessionEvent word) {
    toNode(word);
    serverEnds();
    nodeLearns(Duration.ofMillis(100), Duration.ofSeconds(40));
  }

  /** A newer call of the node has come; that this one is over may be told after it joined. */
  void superseded() {
    toNode(new SessionEvent.SupersededByOther());
    serverOpen = false;
    nodeLearns(Duration.ofMillis(100), Duration.ofSeconds(40));
    world.timeline().after(world.dice().millis(0, 200), () -> server.left(this));
  }

  /** The coordinator's side is over. */
  void serverEnds() {
    if (serverOpen) {
      serverOpen = false;
      server.left(this);
    }
  }

  /** The node closes its side. */
  void nodeEnds() {
    nodeOpen = false;
    serverLearns();
  }

  /** The connection is broken: both sides learn of it, each at its own time. */
  void breaks() {
    world.trace().say("net", "broken", name());
    nodeLearns(Duration.ZERO, Duration.ofSeconds(60));
    serverLearns();
  }

  /** The coordinator's process is gone. */
  void serverDied() {
    serverOpen = false;
    boolean noticed = world.dice().chance(0.7);
    world.trace().count(noticed ? "connection reset" : "connection half-open");
    nodeLearns(Duration.ZERO, noticed ? Duration.ofSeconds(1) : Duration.ofSeconds(60));
  }

  private void nodeLearns(Duration least, Duration most) {
    var lost = new SessionEvent.ConnectionLost(ErrorKind.UNREACHABLE, "gone", Optional.empty());
    world
        .timeline()
        .after(
            world.dice().millis(least.toMillis(), most.toMillis()),
            () -> {
              if (nodeOpen) {
                nodeOpen = false;
                node.fromLink(number, lost);
              }
            });
  }

  private void serverLearns() {
    boolean reset = world.dice().chance(0.6);
    world.timeline().after(world.dice().millis(0, reset ? 1_000 : 60_000), this::serverEnds);
  }
}
