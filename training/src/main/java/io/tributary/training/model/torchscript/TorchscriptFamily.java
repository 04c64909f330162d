package io.tributary.training.model.torchscript;

import io.tributary.federation.plan.Task;
import io.tributary.training.model.Architecture;
import io.tributary.training.model.Head;
import io.tributary.training.model.ModelConfig;
import io.tributary.training.model.ModelFamily;
import java.util.List;
import java.util.Set;

/** Whatever a TorchScript file computes from texts, pictures or rows. */
public final class TorchscriptFamily implements ModelFamily {
  @Override
  public Set<String> types() {
    return Set.of("torchscript");
  }

  @Override
  public List<Task> tasks() {
    return List.of(
        Task.TEXT_CLASSIFICATION,
        Task.TEXT_REGRESSION,
        Task.TOKEN_CLASSIFICATION,
        Task.IMAGE_CLASSIFICATION,
        Task.TABULAR_CLASSIFICATION,
        Task.TABULAR_REGRESSION);
  }

  @Override
  public Architecture architecture(ModelConfig config, Head head) {
    return TorchscriptArchitecture.of(config, head);
  }
}
