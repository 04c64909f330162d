package io.tributary.aggregation.rule;

import java.io.IOException;
import java.util.List;

/**
 * One pass over all deltas that ends in one score for each update: a norm, a distance, a trust
 * score. Used by several threads at once; keeps no state of its own.
 */
public interface Scan {
  /** How it looks at the updates. */
  RowAccess rows();

  /** How many sums the pass makes, for instance one an update, or one a pair of updates. */
  int sums(int updates);

  /**
   * Adds what these columns contribute. The columns are always the same granules, whatever the
   * block size, and their sums are added up in order: so the totals do not depend on blocks or
   * threads.
   *
   * @param sums zeros at first, {@link #sums} of them
   */
  void add(Columns granule, RuleInput input, double[] sums) throws IOException;

  /**
   * Turns the totals into one score for each update, or several one after the other: first one of
   * each update, then the next of each.
   */
  List<Double> scores(double[] totals, RuleInput input);
}
