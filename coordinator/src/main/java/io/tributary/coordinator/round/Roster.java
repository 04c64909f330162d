package io.tributary.coordinator.round;

import io.tributary.federation.NodeName;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The nodes that are connected now; never journaled. */
public record Roster(SortedMap<NodeName, Member> members) {
  /** A connected node; {@code session} grows with every join of the process's life. */
  public record Member(NodeProfile profile, long session) {}

  public Roster {
    members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
  }

  static Roster empty() {
    return new Roster(Collections.emptySortedMap());
  }

  /** The member of a name. */
  public Optional<Member> find(NodeName node) {
    return Optional.ofNullable(members.get(node));
  }

  Roster with(NodeProfile profile, long session) {
    SortedMap<NodeName, Member> next = new TreeMap<>(members);
    next.put(profile.node(), new Member(profile, session));
    return new Roster(next);
  }

  Roster without(NodeName node) {
    SortedMap<NodeName, Member> next = new TreeMap<>(members);
    next.remove(node);
    return new Roster(next);
  }
}
