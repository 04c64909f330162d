package io.tributary.federation;

import static java.util.Objects.requireNonNull;

/**
 * One round of a run, counted from 1; round 0 is the evaluation of the untouched base. Prints as
 * {@code run/round}.
 */
public record RoundId(RunId run, int round) implements Comparable<RoundId> {
  public RoundId {
    requireNonNull(run, "run");
    if (round < 0) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT, "round", round, ">= 0", "Count rounds from 0.");
    }
  }

  @Override
  public int compareTo(RoundId other) {
    int byRun = run.compareTo(other.run);
    return byRun != 0 ? byRun : Integer.compare(round, other.round);
  }

  @Override
  public String toString() {
    return run + "/" + round;
  }
}
