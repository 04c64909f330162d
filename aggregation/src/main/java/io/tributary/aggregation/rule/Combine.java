package io.tributary.aggregation.rule;

import java.io.IOException;

/** Makes the step of some columns from all updates. Used by several threads at once. */
public interface Combine {
  /**
   * Combines column by column; no column may depend on another one.
   *
   * @param step takes the result at indices 0 to {@code columns.count() - 1}; what it held before
   *     means nothing
   */
  void combine(Columns columns, double[] step) throws IOException;
}
