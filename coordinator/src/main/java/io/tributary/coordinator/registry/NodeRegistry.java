package io.tributary.coordinator.registry;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The nodes that joined since the start: connected ones with their call, and those that went away.
 * Of two calls of one name the newest wins. Safe for several threads.
 */
public final class NodeRegistry {
  /** How a node stands. */
  public enum Presence {
    CONNECTED("connected"),
    AWAY("away");

    private final String token;

    Presence(String token) {
      this.token = token;
    }

    /** The word used in messages. */
    public String token() {
      return token;
    }
  }

  /**
   * A node as an operator sees it.
   *
   * @param since when it joined or went away
   */
  public record Entry(NodeName name, Presence presence, NodeFacts facts, Instant since) {}

  private record Known(ConnectedNode node, Presence presence, Instant since) {
    Entry entry() {
      return new Entry(node.name(), presence, node.facts(), since);
    }
  }

  /* After an eviction the node may come back, but not at once: the operator has time to revoke. */
  private static final Duration LEAST_WAIT_AFTER_EVICTION = Duration.ofSeconds(10);
  private static final Duration MOST_WAIT_AFTER_EVICTION = Duration.ofSeconds(20);

  private final InstantSource clock;
  private final SortedMap<NodeName, Known> known = new TreeMap<>();
  private long sessions;

  public NodeRegistry(InstantSource clock) {
    this.clock = clock;
  }

  /** Takes a node in; an older call of the same name is told that it is superseded. */
  public ConnectedNode join(NodeName name, NodeFacts facts, NodeLink link) {
    Known older;
    ConnectedNode node;
    synchronized (known) {
      node = new ConnectedNode(name, ++sessions, facts, clock.instant(), link);
      older = known.put(name, new Known(node, Presence.CONNECTED, node.since()));
    }
    if (older != null && older.presence() == Presence.CONNECTED) {
      older.node().link().superseded();
    }
    return node;
  }

  /**
   * Notes that a call has ended.
   *
   * @return whether the node is gone now; false where a newer call has taken its place
   */
  public boolean leave(ConnectedNode node) {
    synchronized (known) {
      Known now = known.get(node.name());
      if (now == null || now.node() != node || now.presence() == Presence.AWAY) {
        return false;
      }
      known.put(node.name(), new Known(node, Presence.AWAY, clock.instant()));
      return true;
    }
  }

  /** The call of one Join, while it is open. */
  public Optional<NodeLink> link(NodeName name, long session) {
    return connected(name).filter(node -> node.session() == session).map(ConnectedNode::link);
  }

  private Optional<ConnectedNode> connected(NodeName name) {
    synchronized (known) {
      return Optional.ofNullable(known.get(name))
          .filter(found -> found.presence() == Presence.CONNECTED)
          .map(Known::node);
    }
  }

  /** Over how long the nodes known now should spread their return, were all of them cut off. */
  public Duration returnWithin() {
    synchronized (known) {
      return ReturnSpread.over(known.size());
    }
  }

  /** What is known of a node. */
  public Optional<Entry> find(NodeName name) {
    synchronized (known) {
      return Optional.ofNullable(known.get(name)).map(Known::entry);
    }
  }

  /** Every node, by name. */
  public List<Entry> all() {
    synchronized (known) {
      return known.values().stream().map(Known::entry).toList();
    }
  }

  /**
   * Ends a node's call; it may join again after a short while unless its certificate is revoked.
   */
  public Entry evict(NodeName name, String reason) {
    Entry entry =
        find(name)
            .orElseThrow(
                () ->
                    FederationException.of(
                        ErrorKind.NOT_FOUND,
                        "node " + name,
                        "not known",
                        "a node that joined since the coordinator started",
                        "See: tributary nodes list."));
    connected(name)
        .map(ConnectedNode::link)
        .ifPresent(link -> link.retry(LEAST_WAIT_AFTER_EVICTION, MOST_WAIT_AFTER_EVICTION, reason));
    return entry;
  }

  /** Tells every connected node that the coordinator goes down on purpose. */
  public void drain() {
    List<NodeLink> links = new ArrayList<>();
    synchronized (known) {
      known.values().stream()
          .filter(found -> found.presence() == Presence.CONNECTED)
          .forEach(found -> links.add(found.node().link()));
    }
    Duration within = ReturnSpread.over(links.size());
    links.forEach(link -> link.drain(within));
  }
}
