package io.tributary.training.model.lenet;

import io.tributary.federation.plan.Task;
import io.tributary.training.model.Architecture;
import io.tributary.training.model.Head;
import io.tributary.training.model.ModelConfig;
import io.tributary.training.model.ModelFamily;
import java.util.List;
import java.util.Set;

/**
 * Convolutional networks in the form of LeNet-5 (LeCun et al., 1998) as NIID-Bench has it (Li et
 * al., ICDE 2022): ReLU, largest of four, linear layers. The configuration's keys are our own.
 */
public final class LenetFamily implements ModelFamily {
  @Override
  public Set<String> types() {
    return Set.of("lenet");
  }

  @Override
  public List<Task> tasks() {
    return List.of(Task.IMAGE_CLASSIFICATION);
  }

  @Override
  public Architecture architecture(ModelConfig config, Head head) {
    return LenetArchitecture.of(config, head);
  }
}
