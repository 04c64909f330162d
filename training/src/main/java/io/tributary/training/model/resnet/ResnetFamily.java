package io.tributary.training.model.resnet;

import io.tributary.federation.plan.Task;
import io.tributary.training.model.Architecture;
import io.tributary.training.model.Head;
import io.tributary.training.model.ModelConfig;
import io.tributary.training.model.ModelFamily;
import java.util.List;
import java.util.Set;

/** ResNet (He et al., CVPR 2016), the stride in a bottleneck's middle unless the config says so. */
public final class ResnetFamily implements ModelFamily {
  @Override
  public Set<String> types() {
    return Set.of("resnet");
  }

  @Override
  public List<Task> tasks() {
    return List.of(Task.IMAGE_CLASSIFICATION);
  }

  @Override
  public Architecture architecture(ModelConfig config, Head head) {
    return ResnetArchitecture.of(config, head);
  }
}
