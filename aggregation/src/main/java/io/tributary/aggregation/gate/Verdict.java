package io.tributary.aggregation.gate;

import static java.util.Objects.requireNonNull;

/** What the gate says about one update. */
public sealed interface Verdict {
  /**
   * The update counts.
   *
   * @param norm L2 norm over all delta groups together, finite
   * @param examples the accepted example count
   */
  record Passed(double norm, long examples) implements Verdict {}

  /**
   * The update does not count; the run goes on without it.
   *
   * @param sentence one line for the node's engineer: what, found, expected, what to do
   */
  record Refused(RefusalReason reason, String sentence) implements Verdict {
    public Refused {
      requireNonNull(reason, "reason");
      requireNonNull(sentence, "sentence");
    }
  }
}
