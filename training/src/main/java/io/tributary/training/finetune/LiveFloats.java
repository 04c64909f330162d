package io.tributary.training.finetune;

import io.tributary.training.model.Trainable;
import io.tributary.training.torch.Tensor;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Numbers that lie in memory in the order of an optimizer's, all of them held. Good until the next
 * function of torch is called.
 */
final class LiveFloats {
  private LiveFloats() {}

  static FloatFile.Values of(Trainable order, Tensor memory) {
    Map<String, Trainable.Part> parts =
        order.parts().stream().collect(Collectors.toMap(Trainable.Part::name, part -> part));
    FloatBuffer numbers = memory.floats();
    return (tensor, first, into, count) -> {
      Trainable.Part part = parts.get(tensor);
      if (part == null) {
        throw new IllegalArgumentException("not in memory: " + tensor);
      }
      numbers.get(Math.toIntExact(part.start() + first), into, 0, count);
    };
  }
}
