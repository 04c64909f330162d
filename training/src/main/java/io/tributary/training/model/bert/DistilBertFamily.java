package io.tributary.training.model.bert;

import io.tributary.federation.plan.Task;
import io.tributary.training.model.Architecture;
import io.tributary.training.model.Head;
import io.tributary.training.model.ModelConfig;
import io.tributary.training.model.ModelFamily;
import java.util.List;
import java.util.Set;

/** DistilBERT (Sanh et al., 2019): BERT without token types. */
public final class DistilBertFamily implements ModelFamily {
  @Override
  public Set<String> types() {
    return Set.of("distilbert");
  }

  @Override
  public List<Task> tasks() {
    return BertArchitecture.TASKS;
  }

  @Override
  public Architecture architecture(ModelConfig config, Head head) {
    return new BertArchitecture(
        BertNames.DISTILBERT,
        head,
        BertShape.distilbert(config),
        BertDropout.distilbert(config, head.task().perToken()));
  }
}
