package io.tributary.simulations.behaviour;

import io.tributary.training.data.Examples;
import io.tributary.training.data.Relabelled;

/** Labels turned round: the k-th of n becomes the k-th from the end. */
final class LabelFlip {
  private LabelFlip() {}

  static Examples of(Examples honest, int labels) {
    return Relabelled.of(honest, label -> labels - 1 - label);
  }
}
