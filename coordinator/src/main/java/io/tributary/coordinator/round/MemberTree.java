package io.tributary.coordinator.round;

import io.tributary.federation.NodeName;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An immutable search tree of members by name: a treap whose priorities are hashes of the names
 * (Seidel and Aragon, Randomized Search Trees, Algorithmica 1996), so that its form depends on its
 * members alone and every change copies one path, about 2 ln n long.
 */
final class MemberTree {
  static final MemberTree EMPTY = new MemberTree(null);

  private record Fork(
      Roster.Member member, int priority, int size, @Nullable Fork left, @Nullable Fork right) {
    static Fork of(Roster.Member member, @Nullable Fork left, @Nullable Fork right) {
      int size = 1 + count(left) + count(right);
      return new Fork(member, priorityOf(member.node()), size, left, right);
    }

    NodeName name() {
      return member.node();
    }
  }

  /** Two trees: of the names before and behind another. */
  private record Halves(@Nullable Fork left, @Nullable Fork right) {}

  private final @Nullable Fork root;

  private MemberTree(@Nullable Fork root) {
    this.root = root;
  }

  /** Names are often numbered, and String's hash of those is not: it is mixed (MurmurHash3). */
  private static int priorityOf(NodeName name) {
    int hash = name.value().hashCode();
    hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
    hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
    return hash ^ (hash >>> 16);
  }

  private static int count(@Nullable Fork fork) {
    return fork == null ? 0 : fork.size();
  }

  int size() {
    return count(root);
  }

  int depth() {
    return depth(root);
  }

  private static int depth(@Nullable Fork fork) {
    return fork == null ? 0 : 1 + Math.max(depth(fork.left()), depth(fork.right()));
  }

  Optional<Roster.Member> find(NodeName name) {
    Fork at = root;
    while (at != null) {
      int order = name.compareTo(at.name());
      if (order == 0) {
        return Optional.of(at.member());
      }
      at = order < 0 ? at.left() : at.right();
    }
    return Optional.empty();
  }

  MemberTree with(Roster.Member member) {
    return new MemberTree(with(root, member, priorityOf(member.node())));
  }

  private static Fork with(@Nullable Fork at, Roster.Member member, int priority) {
    if (at == null) {
      return Fork.of(member, null, null);
    }
    int order = member.node().compareTo(at.name());
    if (order == 0) {
      return Fork.of(member, at.left(), at.right());
    }
    if (priority > at.priority()) {
      Halves halves = split(at, member.node());
      return Fork.of(member, halves.left(), halves.right());
    }
    return order < 0
        ? Fork.of(at.member(), with(at.left(), member, priority), at.right())
        : Fork.of(at.member(), at.left(), with(at.right(), member, priority));
  }

  /** The name itself is in neither half. */
  private static Halves split(@Nullable Fork at, NodeName name) {
    if (at == null) {
      return new Halves(null, null);
    }
    int order = name.compareTo(at.name());
    if (order == 0) {
      return new Halves(at.left(), at.right());
    }
    if (order < 0) {
      Halves inner = split(at.left(), name);
      return new Halves(inner.left(), Fork.of(at.member(), inner.right(), at.right()));
    }
    Halves inner = split(at.right(), name);
    return new Halves(Fork.of(at.member(), at.left(), inner.left()), inner.right());
  }

  MemberTree without(NodeName name) {
    return find(name).isEmpty() ? this : new MemberTree(without(root, name));
  }

  private static @Nullable Fork without(@Nullable Fork at, NodeName name) {
    if (at == null) {
      return null;
    }
    int order = name.compareTo(at.name());
    if (order == 0) {
      return joined(at.left(), at.right());
    }
    return order < 0
        ? Fork.of(at.member(), without(at.left(), name), at.right())
        : Fork.of(at.member(), at.left(), without(at.right(), name));
  }

  /** All of {@code left} comes before all of {@code right}. */
  private static @Nullable Fork joined(@Nullable Fork left, @Nullable Fork right) {
    if (left == null) {
      return right;
    }
    if (right == null) {
      return left;
    }
    return left.priority() >= right.priority()
        ? Fork.of(left.member(), left.left(), joined(left.right(), right))
        : Fork.of(right.member(), joined(left, right.left()), right.right());
  }

  Iterator<Roster.Member> iterator() {
    return new InOrder(root);
  }

  private static final class InOrder implements Iterator<Roster.Member> {
    private final Deque<Fork> path = new ArrayDeque<>();

    InOrder(@Nullable Fork root) {
      down(root);
    }

    private void down(@Nullable Fork from) {
      for (Fork at = from; at != null; at = at.left()) {
        path.push(at);
      }
    }

    @Override
    public boolean hasNext() {
      return !path.isEmpty();
    }

    @Override
    public Roster.Member next() {
      Fork at = path.poll();
      if (at == null) {
        throw new NoSuchElementException();
      }
      down(at.right());
      return at.member();
    }
  }
}
