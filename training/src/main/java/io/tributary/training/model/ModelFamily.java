package io.tributary.training.model;

import io.tributary.federation.plan.Task;
import java.util.List;
import java.util.Set;

/**
 * A kind of models, found by {@link java.util.ServiceLoader}. {@code docs/how-to/add-a-family.md}
 * says how one is added.
 */
public interface ModelFamily {
  /** The words of {@code model_type} in {@code config.json} that this family reads. */
  Set<String> types();

  /** What its models can be fine-tuned to do; the first is the usual one. */
  List<Task> tasks();

  /**
   * The shape of a model with a head. The task is one of {@link #tasks}.
   *
   * @throws io.tributary.federation.FederationException {@link ModelConfig#refusal} of a key that
   *     has no meaning here or asks for what this family does not compute
   */
  Architecture architecture(ModelConfig config, Head head);
}
