package io.tributary.federation;

import static java.util.Objects.requireNonNull;

/** What one node was asked in one attempt of a round; prints as {@code run/round/attempt/node}. */
public record AssignmentId(RoundId round, int attempt, NodeName node)
    implements Comparable<AssignmentId> {
  public AssignmentId {
    requireNonNull(round, "round");
    requireNonNull(node, "node");
    if (attempt < 1) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT, "attempt", attempt, ">= 1", "Count attempts from 1.");
    }
  }

  /** Reads the printed form. */
  public static AssignmentId parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 4) {
      throw malformed(text, null);
    }
    try {
      var round = new RoundId(new RunId(parts[0]), Integer.parseInt(parts[1]));
      return new AssignmentId(round, Integer.parseInt(parts[2]), new NodeName(parts[3]));
    } catch (NumberFormatException e) {
      throw malformed(text, e);
    }
  }

  private static FederationException malformed(
      String text, @org.jspecify.annotations.Nullable Throwable cause) {
    return new FederationException(
        ErrorKind.INVALID_ARGUMENT,
        "assignment: \""
            + text.substring(0, Math.min(text.length(), 200))
            + "\" (expected: run/round/attempt/node). Use the id as it was sent.",
        cause == null ? new IllegalArgumentException(text) : cause);
  }

  @Override
  public int compareTo(AssignmentId other) {
    int byRound = round.compareTo(other.round);
    if (byRound != 0) {
      return byRound;
    }
    int byAttempt = Integer.compare(attempt, other.attempt);
    return byAttempt != 0 ? byAttempt : node.compareTo(other.node);
  }

  @Override
  public String toString() {
    return round + "/" + attempt + "/" + node;
  }
}
