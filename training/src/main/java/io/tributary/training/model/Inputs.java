package io.tributary.training.model;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;

/** Encoded examples, ready to be put into batches. */
public sealed interface Inputs permits TokenInputs, RowInputs, ImageInputs {
  /** What the model should answer. */
  Targets targets();

  /** How many tokens an example has; 1 where there are no tokens. */
  int length(int example);

  default int size() {
    return targets().size();
  }

  /** Position of an example's label in the label set; only where each example has one. */
  default int label(int example) {
    if (targets() instanceof Targets.Labels one) {
      return one.labels()[example];
    }
    throw new FederationException(
        ErrorKind.INTERNAL,
        "label: " + targets().getClass().getSimpleName() + " (expected: one label an example).");
  }
}
