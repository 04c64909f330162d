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

  /** Reads the printed form. */
  public static RoundId parse(String text) {
    int slash = text.lastIndexOf('/');
    String number = text.substring(slash + 1);
    if (slash < 0 || !number.matches("[0-9]{1,9}")) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "round",
          "\"" + text.substring(0, Math.min(text.length(), 200)) + "\"",
          "run/round",
          "Use the id as it was printed.");
    }
    return new RoundId(new RunId(text.substring(0, slash)), Integer.parseInt(number));
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
