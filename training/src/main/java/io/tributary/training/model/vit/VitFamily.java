package io.tributary.training.model.vit;

import io.tributary.federation.plan.Task;
import io.tributary.training.model.Architecture;
import io.tributary.training.model.Head;
import io.tributary.training.model.ModelConfig;
import io.tributary.training.model.ModelFamily;
import java.util.List;
import java.util.Set;

/** The Vision Transformer (Dosovitskiy et al., ICLR 2021). */
public final class VitFamily implements ModelFamily {
  @Override
  public Set<String> types() {
    return Set.of("vit");
  }

  @Override
  public List<Task> tasks() {
    return List.of(Task.IMAGE_CLASSIFICATION);
  }

  @Override
  public Architecture architecture(ModelConfig config, Head head) {
    return VitArchitecture.of(config, head);
  }
}
