package io.tributary.simulations.engine;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A finished update in memory.
 *
 * @param examples distinct training examples used
 * @param steps of the optimizer
 * @param stepsPerRound what the plan's whole work has on this data; 0 where a time ends the work
 * @param metrics local figures
 */
public record MadeUpdate(
    List<Group> groups,
    long examples,
    long steps,
    long stepsPerRound,
    SortedMap<String, Double> metrics) {
  private static final String DELTA = "delta";

  public MadeUpdate {
    groups = List.copyOf(groups);
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
  }

  /** The same update, of a round whose whole work is not known by it. */
  public MadeUpdate ofPartOfARound() {
    return new MadeUpdate(groups, examples, steps, 0, metrics);
  }

  /** The same update with another delta; its other groups stay. */
  public MadeUpdate withDelta(byte[] bytes) {
    return new MadeUpdate(
        groups.stream()
            .map(
                group ->
                    group.name().equals(DELTA)
                        ? Group.of(group.name(), group.layout(), group.codec(), bytes)
                        : group)
            .toList(),
        examples,
        steps,
        stepsPerRound,
        metrics);
  }

  /** The group of what was trained. */
  public Group delta() {
    return groups.stream().filter(group -> group.name().equals(DELTA)).findFirst().orElseThrow();
  }

  /**
   * One group of tensors.
   *
   * @param layout digest of its layout
   * @param bytes in canonical form; nobody changes them
   * @param digest of the bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on as it is; never compared
  public record Group(String name, Digest layout, String codec, byte[] bytes, Digest digest) {
    public Group {
      requireNonNull(name, "name");
      requireNonNull(layout, "layout");
      requireNonNull(codec, "codec");
      requireNonNull(bytes, "bytes");
      requireNonNull(digest, "digest");
    }

    /** A group whose digest is taken now. */
    public static Group of(String name, Digest layout, String codec, byte[] bytes) {
      return new Group(name, layout, codec, bytes, Digest.of(bytes));
    }

    @Override
    public String toString() {
      return "Group[" + name + ", " + bytes.length + " bytes]";
    }
  }
}
