package io.tributary.coordinator.registry;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.NodeName;
import java.time.Instant;

/** One Join of one node. */
public final class ConnectedNode {
  private final NodeName name;
  private final long session;
  private final NodeFacts facts;
  private final Instant since;
  private final NodeLink link;

  ConnectedNode(NodeName name, long session, NodeFacts facts, Instant since, NodeLink link) {
    this.session = session;
    this.name = requireNonNull(name, "name");
    this.facts = requireNonNull(facts, "facts");
    this.since = requireNonNull(since, "since");
    this.link = requireNonNull(link, "link");
  }

  public NodeName name() {
    return name;
  }

  /** Larger than that of any Join before in the life of the process. */
  public long session() {
    return session;
  }

  public NodeFacts facts() {
    return facts;
  }

  /** When it joined. */
  public Instant since() {
    return since;
  }

  public NodeLink link() {
    return link;
  }
}
