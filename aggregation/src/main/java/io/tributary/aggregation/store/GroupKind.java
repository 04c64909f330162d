package io.tributary.aggregation.store;

/** What the values of a group are, which decides how they become global state. */
public enum GroupKind {
  /** Trained minus received values; the aggregate moves the old values. */
  DELTA,
  /**
   * Values as they are, such as batch-norm means; their weighted mean replaces the old values. Of
   * whole numbers, which count something, the largest does.
   */
  STATISTIC,
  /**
   * Changes of what a node keeps for its algorithm; their sum over the nodes, divided by how many
   * nodes there are, moves the coordinator's own.
   */
  CONTROL
}
