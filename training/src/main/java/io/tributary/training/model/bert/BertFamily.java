package io.tributary.training.model.bert;

import io.tributary.federation.plan.Task;
import io.tributary.training.model.Architecture;
import io.tributary.training.model.Head;
import io.tributary.training.model.ModelConfig;
import io.tributary.training.model.ModelFamily;
import java.util.List;
import java.util.Set;

/** BERT (Devlin et al., NAACL 2019), MiniLM and other models of its form. */
public final class BertFamily implements ModelFamily {
  @Override
  public Set<String> types() {
    return Set.of("bert");
  }

  @Override
  public List<Task> tasks() {
    return BertArchitecture.TASKS;
  }

  @Override
  public Architecture architecture(ModelConfig config, Head head) {
    return new BertArchitecture(
        BertNames.BERT, head, BertShape.bert(config, false), BertDropout.bert(config));
  }
}
