package io.tributary.training.model;

/** Encoded examples, in memory, ready to be put into batches. */
public sealed interface Inputs permits TokenInputs, RowInputs {
  int size();

  /** Position of an example's label in the label set. */
  int label(int example);

  /** How many tokens an example has; 1 where there are no tokens. */
  int length(int example);
}
