package io.tributary.training.finetune;

import io.tributary.training.model.Trainable;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import java.util.Map;
import java.util.stream.Collectors;

/** Numbers that lie in memory in the order of an optimizer's, all of them held. */
final class LiveFloats {
  private LiveFloats() {}

  static FloatFile.Values of(TorchScope scope, Trainable order, Tensor memory) {
    Map<String, Trainable.Part> parts =
        order.parts().stream().collect(Collectors.toMap(Trainable.Part::name, part -> part));
    return (tensor, first, into, count) -> {
      Trainable.Part part = parts.get(tensor);
      if (part == null) {
        throw new IllegalArgumentException("not in memory: " + tensor);
      }
      try (TorchScope window = scope.child()) {
        window.part(memory, part.start() + first, count).floats().get(into, 0, count);
      }
    };
  }
}
