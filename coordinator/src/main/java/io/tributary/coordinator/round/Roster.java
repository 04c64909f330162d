package io.tributary.coordinator.round;

import io.tributary.federation.NodeName;
import java.util.Iterator;
import java.util.Optional;

/**
 * The nodes that are connected now; never journaled. An immutable value whose successors share all
 * but a path of it, so that a join costs as little beside 10,000 nodes as beside ten.
 */
public final class Roster implements Iterable<Roster.Member> {
  private static final Roster EMPTY = new Roster(MemberTree.EMPTY);

  /** A connected node; {@code session} grows with every join of the process's life. */
  public record Member(NodeProfile profile, long session) {
    NodeName node() {
      return profile.node();
    }
  }

  private final MemberTree tree;

  private Roster(MemberTree tree) {
    this.tree = tree;
  }

  static Roster empty() {
    return EMPTY;
  }

  /** The member of a name. */
  public Optional<Member> find(NodeName node) {
    return tree.find(node);
  }

  /** How many nodes are connected. */
  public int size() {
    return tree.size();
  }

  /** The members in the order of their names. */
  @Override
  public Iterator<Member> iterator() {
    return tree.iterator();
  }

  Roster with(NodeProfile profile, long session) {
    return new Roster(tree.with(new Member(profile, session)));
  }

  Roster without(NodeName node) {
    MemberTree rest = tree.without(node);
    return rest == tree ? this : new Roster(rest);
  }

  /** Longest path from the top; tells tests whether the tree is in balance. */
  int depth() {
    return tree.depth();
  }
}
