package io.tributary.training.model.llama;

import io.tributary.federation.plan.Task;
import io.tributary.training.model.Architecture;
import io.tributary.training.model.Head;
import io.tributary.training.model.ModelConfig;
import io.tributary.training.model.ModelFamily;
import java.util.List;
import java.util.Set;

/**
 * Llama (Touvron et al., 2023) and Qwen2 (Yang et al., 2024), and what has their shape: SmolLM2,
 * TinyLlama, Qwen2.5.
 */
public final class LlamaFamily implements ModelFamily {
  @Override
  public Set<String> types() {
    return Set.of(LlamaShape.LLAMA, LlamaShape.QWEN2);
  }

  @Override
  public List<Task> tasks() {
    return List.of(Task.CAUSAL_LANGUAGE_MODELLING, Task.TEXT_CLASSIFICATION, Task.TEXT_REGRESSION);
  }

  @Override
  public Architecture architecture(ModelConfig config, Head head) {
    return LlamaArchitecture.of(config, head);
  }
}
