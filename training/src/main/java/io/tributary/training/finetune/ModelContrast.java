package io.tributary.training.finetune;

import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.plan.AlgorithmPlan;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.Trainable;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import io.tributary.training.worker.GroupFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * MOON at a node (Li, He and Song, CVPR 2021, algorithm 1): features are drawn to those of the
 * received model and away from those of the node's own last one, which it keeps. Without a last one
 * there is no contrast, as both would be the same. A step has two forward passes more.
 */
final class ModelContrast implements LocalAlgorithm {
  private final TorchScope scope;
  private final Layout layout;
  private final Path received;

  /**
   * @param received the checkpoint's trained tensors, in the layout
   * @param last the node's own trained tensors after its last round, in the layout; empty: none
   */
  ModelContrast(
      LiveModel model, Layout layout, Path received, Optional<Path> last, AlgorithmPlan.Moon plan)
      throws IOException {
    this.scope = model.scope().child();
    this.layout = layout;
    this.received = received;
    if (last.isPresent()) {
      Trainable trainable = model.parameters().trainable();
      Tensor near = scope.floats(trainable.values().elements());
      Tensor far = scope.floats(trainable.values().elements());
      scope.run("copy", near, trainable.values());
      try (FloatFile own = FloatFile.open(last, layout)) {
        FloatFile.fill(far, trainable, own::read);
      }
      model.contrast(new LiveModel.Contrast(near, far, plan.mu(), plan.temperature()));
    }
  }

  @Override
  public void keep(Path folder, GroupFile delta) throws IOException {
    Optional<Path> start = Optional.of(received);
    KeptTensors.writeJoined(folder, layout, start, Optional.of(delta.file()), Float::sum);
  }

  @Override
  public void close() {
    scope.close();
  }
}
