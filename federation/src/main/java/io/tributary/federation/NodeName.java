package io.tributary.federation;

/** Names a node: one site, named by its certificate; prints as the bare token. */
public record NodeName(String value) implements Comparable<NodeName> {
  public NodeName {
    Names.check("node name", value);
  }

  @Override
  public int compareTo(NodeName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
