package io.tributary.federation.plan;

/** One of the two factors of a low-rank adapter, whose product B · A is added to a weight. */
public enum LoraFactor {
  /** rank × inputs, drawn at random in the beginning. */
  A,
  /** outputs × rank, zero in the beginning. */
  B
}
