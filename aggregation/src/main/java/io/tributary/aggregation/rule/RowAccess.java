package io.tributary.aggregation.rule;

/** How a rule looks at the updates of a block; it decides how much memory a block takes. */
public enum RowAccess {
  /** One update after the other, as sums do. */
  ONE_BY_ONE,
  /** All updates side by side, as order statistics and distances do. */
  ALL
}
