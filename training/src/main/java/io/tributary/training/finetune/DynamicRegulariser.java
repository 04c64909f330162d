package io.tributary.training.finetune;

import io.tributary.aggregation.tensor.Layout;
import io.tributary.training.model.Trainable;
import io.tributary.training.torch.TorchScope;
import io.tributary.training.worker.GroupFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * FedDyn at a node (Acar et al., ICLR 2021, algorithm 1): argmin L(y) - ⟨g, y⟩ + alpha/2 · ‖y -
 * x‖², then g ← g - alpha (y - x). The linear and the proximal term together are a proximal term
 * around x + g / alpha, so a step costs what one of FedProx does.
 */
final class DynamicRegulariser implements LocalAlgorithm {
  private final Proximal proximal;
  private final Layout layout;
  private final Optional<Path> before;
  private final double alpha;

  /**
   * @param before g as the node kept it, in the layout; empty: zero
   */
  DynamicRegulariser(
      TorchScope scope, Trainable trainable, Layout layout, Optional<Path> before, double alpha)
      throws IOException {
    this.proximal = new Proximal(scope, trainable, alpha);
    this.layout = layout;
    this.before = before;
    this.alpha = alpha;
    if (before.isPresent()) {
      try (TorchScope own = scope.child();
          FloatFile g = FloatFile.open(before, layout)) {
        var shift = own.floats(trainable.values().elements());
        FloatFile.fill(shift, trainable, g::read);
        own.run("accumulate", proximal.anchor(), shift, 1 / alpha);
      }
    }
  }

  @Override
  public void beforeStep(double whole) {
    proximal.beforeStep(whole);
  }

  @Override
  public void keep(Path folder, GroupFile delta) throws IOException {
    Optional<Path> step = Optional.of(delta.file());
    KeptTensors.writeJoined(
        folder, layout, before, step, (g, moved) -> (float) (g - alpha * moved));
  }

  @Override
  public void close() {
    proximal.close();
  }
}
