package io.tributary.training.finetune;

import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.plan.OptimizerPlan;
import io.tributary.training.model.Trainable;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import io.tributary.training.worker.GroupFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * APFL at a node (Deng, Kamani and Mahdavi, 2020, algorithm 1): beside each step of the shared
 * numbers w one of the node's own v, by the gradient of the loss at alpha · v + (1 - alpha) · w,
 * times alpha, with an optimizer of its own. Adaptive alpha moves against ⟨v - w, gradient⟩ at the
 * first step of a round and stays within 0 and 1. A step costs twice as much.
 */
final class Mixture implements LocalAlgorithm {
  private final TorchScope scope;
  private final Trainable shared;
  private final Trainable own;
  private final Tensor aside;
  private final Optimizer optimizer;
  private final Layout layout;
  private final boolean adaptive;
  private double alpha;
  private boolean moved;

  /**
   * Starts a round.
   *
   * @param shared live, with the received numbers
   * @param before v as the node kept it, with its alpha; empty: the received numbers
   * @param alpha where nothing was kept
   */
  Mixture(
      TorchScope parent,
      Trainable shared,
      OptimizerPlan plan,
      Layout layout,
      Optional<Path> before,
      double alpha,
      boolean adaptive)
      throws IOException {
    this.scope = parent.child();
    this.shared = shared;
    this.layout = layout;
    this.adaptive = adaptive;
    this.alpha = before.isPresent() ? KeptTensors.factor(before.get()) : alpha;
    aside = scope.floats(shared.values().elements());
    own =
        new Trainable(
            scope.floats(shared.values().elements()),
            shared.gradients(),
            shared.decaying(),
            shared.parts());
    scope.run("copy", own.values(), shared.values());
    if (before.isPresent()) {
      try (FloatFile v = FloatFile.open(before, layout)) {
        FloatFile.fill(own.values(), own, v::read);
      }
    }
    optimizer = Optimizer.of(plan, scope, own);
  }

  @Override
  public void afterStep(double rate, Again again) {
    scope.run("copy", aside, shared.values());
    scope.run("mix", shared.values(), own.values(), alpha);
    double divisor = again.gradients();
    double before = alpha;
    if (adaptive && !moved) {
      moved = true;
      double slope = scope.number("slope", own.values(), aside, shared.gradients()) / divisor;
      alpha = Math.max(0, Math.min(1, alpha - rate * slope));
    }
    if (before > 0) {
      optimizer.step(rate, divisor / before);
    }
    scope.run("copy", shared.values(), aside);
  }

  /** Writes v with its alpha, and the mixture with the shared numbers as they are now. */
  @Override
  public void keep(Path folder, GroupFile delta) throws IOException {
    KeptTensors.write(folder, KeptTensors.OWN, layout, LiveFloats.of(own, own.values()), alpha);
    scope.run("copy", aside, shared.values());
    scope.run("mix", aside, own.values(), alpha);
    KeptTensors.write(folder, KeptTensors.PERSONAL, layout, LiveFloats.of(own, aside), alpha);
  }

  double alpha() {
    return alpha;
  }

  @Override
  public void close() {
    optimizer.close();
    scope.close();
  }
}
