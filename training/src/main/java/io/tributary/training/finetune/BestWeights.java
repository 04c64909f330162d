package io.tributary.training.finetune;

import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;

/** A copy of the trained numbers as they were when they were best. */
final class BestWeights implements AutoCloseable {
  private final TorchScope scope;
  private final Tensor live;
  private final Tensor copy;
  private long steps;

  BestWeights(TorchScope scope, Tensor live) {
    this.scope = scope;
    this.live = live;
    this.copy = scope.floats(live.elements());
  }

  /**
   * Remembers the live numbers.
   *
   * @param after the steps that made them
   */
  void remember(long after) {
    scope.run("copy", copy, live);
    steps = after;
  }

  /** Puts the remembered numbers back; returns the steps that made them. */
  long restore() {
    scope.run("copy", live, copy);
    return steps;
  }

  @Override
  public void close() {
    scope.close();
  }
}
