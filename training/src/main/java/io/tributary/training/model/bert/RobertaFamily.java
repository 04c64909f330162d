package io.tributary.training.model.bert;

import io.tributary.federation.plan.Task;
import io.tributary.training.model.Architecture;
import io.tributary.training.model.Head;
import io.tributary.training.model.ModelConfig;
import io.tributary.training.model.ModelFamily;
import java.util.List;
import java.util.Set;

/** RoBERTa (Liu et al., 2019): BERT with other positions and another head. */
public final class RobertaFamily implements ModelFamily {
  @Override
  public Set<String> types() {
    return Set.of("roberta");
  }

  @Override
  public List<Task> tasks() {
    return BertArchitecture.TASKS;
  }

  @Override
  public Architecture architecture(ModelConfig config, Head head) {
    return new BertArchitecture(
        BertNames.ROBERTA, head, BertShape.bert(config, true), BertDropout.bert(config));
  }
}
