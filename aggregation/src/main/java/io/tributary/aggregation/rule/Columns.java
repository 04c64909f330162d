package io.tributary.aggregation.rule;

import io.tributary.aggregation.store.ScaledSums;
import java.io.IOException;

/**
 * The same columns of all updates. Updates are counted from 0 in the order of their node names,
 * which is the order in which sums must be made.
 */
public interface Columns {
  /** How many updates there are. */
  int updates();

  /** How many columns there are. */
  int count();

  /**
   * The values of one update: indices 0 to {@code count() - 1}, to be read only. With {@link
   * RowAccess#ONE_BY_ONE} they hold until the next call, with {@link RowAccess#ALL} until the next
   * block.
   */
  double[] row(int update) throws IOException;

  /**
   * The values of the coordinator's own update, for rules that need it; to be read only, until the
   * next block.
   */
  default double[] root() throws IOException {
    throw new IllegalStateException("no root update: the rule did not ask for one");
  }

  /**
   * Adds the values of all updates, each times its factor, to what the array holds at indices 0 to
   * {@code count() - 1}, in the order of the updates: the same numbers as with {@link #row}, and
   * less work where rows are read one by one. An update whose factor is 0 is left out.
   *
   * @param factors one an update
   */
  default void addScaled(double[] factors, double[] into) throws IOException {
    for (int update = 0; update < factors.length; update++) {
      if (factors[update] != 0) {
        ScaledSums.addOne(row(update), factors[update], into, 0, count());
      }
    }
  }
}
