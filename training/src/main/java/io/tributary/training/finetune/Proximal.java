package io.tributary.training.finetune;

import io.tributary.training.model.Trainable;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;

/**
 * The gradient of mu/2 · ‖y - anchor‖², added to that of the loss: FedProx (Li et al., MLSys 2020,
 * equation 2) with the received numbers as its anchor. One pass over the numbers a step, in pieces
 * that stay in the cache; the anchor is its only memory.
 */
final class Proximal implements LocalAlgorithm {
  /** Numbers of one piece: 512 kB. */
  private static final long PIECE = 1 << 17;

  private final TorchScope scope;
  private final Trainable trainable;
  private final Tensor anchor;
  private final double mu;

  /** Anchored where the live numbers are now; its memory is freed when it closes. */
  Proximal(TorchScope parent, Trainable trainable, double mu) {
    this.scope = parent.child();
    this.trainable = trainable;
    this.mu = mu;
    anchor = scope.floats(trainable.values().elements());
    scope.run("copy", anchor, trainable.values());
  }

  /** The anchor, to be moved before the first step. */
  Tensor anchor() {
    return anchor;
  }

  @Override
  public void beforeStep(double whole) {
    if (mu != 0) {
      scope.run("pull", trainable.gradients(), trainable.values(), anchor, mu * whole, PIECE);
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
