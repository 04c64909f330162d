package io.tributary.training.model.mlp;

import io.tributary.federation.plan.Task;
import io.tributary.training.model.Architecture;
import io.tributary.training.model.Head;
import io.tributary.training.model.ModelConfig;
import io.tributary.training.model.ModelFamily;
import java.util.List;
import java.util.Set;

/** Multi-layer perceptrons over rows of numbers or over pictures, a form of our own. */
public final class MlpFamily implements ModelFamily {
  @Override
  public Set<String> types() {
    return Set.of("mlp");
  }

  @Override
  public List<Task> tasks() {
    return List.of(Task.TABULAR_CLASSIFICATION, Task.TABULAR_REGRESSION, Task.IMAGE_CLASSIFICATION);
  }

  @Override
  public Architecture architecture(ModelConfig config, Head head) {
    return MlpArchitecture.of(config, head);
  }
}
