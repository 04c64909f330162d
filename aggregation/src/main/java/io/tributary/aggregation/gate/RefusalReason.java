package io.tributary.aggregation.gate;

/** Why the gate refused an update, in the order of the checks. */
public enum RefusalReason {
  /** Trained from another checkpoint than the round's. */
  WRONG_BASE,
  /** A group is missing, or one came that nobody asked for. */
  WRONG_GROUPS,
  /** Numbers are written in another way than the assignment's. */
  WRONG_CODEC,
  /** The file is not safetensors, or breaks a rule of that format. */
  MALFORMED,
  /** Other names or shapes than the assignment's; shapes are never broadcast. */
  WRONG_LAYOUT,
  /** The right names and shapes in another type. */
  WRONG_DTYPE,
  /** The right header, but more or fewer bytes behind it. */
  WRONG_SIZE,
  /** The right layout, but not in the one canonical form. */
  NOT_CANONICAL,
  /** Less than one example, or more than the node declared. */
  EXAMPLE_COUNT,
  /** A value is NaN or infinite. */
  NOT_FINITE,
  /** The L2 norm is above the limit, or too large for a float64. */
  NORM,
  /** The L2 norm of the controls is above their limit. */
  CONTROL_NORM
}
