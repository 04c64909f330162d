package io.tributary.training.model.gpt2;

import io.tributary.federation.plan.Task;
import io.tributary.training.model.Architecture;
import io.tributary.training.model.Head;
import io.tributary.training.model.ModelConfig;
import io.tributary.training.model.ModelFamily;
import java.util.List;
import java.util.Set;

/** GPT-2 (Radford et al., 2019). */
public final class Gpt2Family implements ModelFamily {
  @Override
  public Set<String> types() {
    return Set.of("gpt2");
  }

  @Override
  public List<Task> tasks() {
    return List.of(Task.CAUSAL_LANGUAGE_MODELLING, Task.TEXT_CLASSIFICATION, Task.TEXT_REGRESSION);
  }

  @Override
  public Architecture architecture(ModelConfig config, Head head) {
    return Gpt2Architecture.of(config, head);
  }
}
