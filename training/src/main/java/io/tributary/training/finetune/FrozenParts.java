package io.tributary.training.finetune;

import io.tributary.aggregation.tensor.Layout;
import io.tributary.training.model.Trainable;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import io.tributary.training.worker.GroupFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Some of the trained tensors stand still under an algorithm: their gradients count nowhere, and
 * what decay or momentum would do to them is undone.
 */
final class FrozenParts implements LocalAlgorithm {
  private record Part(Tensor values, Tensor gradients, Tensor before) {}

  private final TorchScope scope;
  private final LocalAlgorithm inner;
  private final List<Part> parts = new ArrayList<>();

  /**
   * Holds the tensors of a layout where they are now.
   *
   * @param inner the algorithm, which closes with this one
   */
  FrozenParts(TorchScope parent, Trainable trainable, Layout frozen, LocalAlgorithm inner) {
    this.scope = parent.child();
    this.inner = inner;
    for (Trainable.Part part : trainable.parts()) {
      if (frozen.find(part.name()).isPresent()) {
        long count = Arrays.stream(part.shape()).reduce(1, Math::multiplyExact);
        Tensor values = scope.part(trainable.values(), part.start(), count);
        Tensor before = scope.floats(count);
        scope.run("copy", before, values);
        parts.add(new Part(values, scope.part(trainable.gradients(), part.start(), count), before));
      }
    }
  }

  @Override
  public void beforeStep(double whole) {
    inner.beforeStep(whole);
    parts.forEach(part -> scope.run("scale", part.gradients, 0.0));
  }

  @Override
  public void afterStep(double rate, Again again) {
    inner.afterStep(rate, again);
    parts.forEach(part -> scope.run("copy", part.values, part.before));
  }

  @Override
  public Optional<GroupFile> group(Path folder, GroupFile delta, double rates) throws IOException {
    return inner.group(folder, delta, rates);
  }

  @Override
  public void keep(Path folder, GroupFile delta) throws IOException {
    inner.keep(folder, delta);
  }

  @Override
  public void close() {
    inner.close();
    scope.close();
  }
}
