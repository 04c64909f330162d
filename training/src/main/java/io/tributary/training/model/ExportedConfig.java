package io.tributary.training.model;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Task;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What all families of transformers write into the {@code config.json} of an export. */
public final class ExportedConfig {
  private ExportedConfig() {}

  /**
   * The base's configuration with the keys that an export changes.
   *
   * @param model class of transformers that loads it
   */
  public static Map<String, JsonValue> of(JsonObject base, Head head, String model) {
    Map<String, JsonValue> config = new TreeMap<>(base.fields());
    config.put("architectures", JsonValue.array(List.of(JsonValue.of(model))));
    if (head.task().perToken()) {
      config.remove("problem_type");
    } else {
      config.put("problem_type", JsonValue.of(problem(head)));
    }
    config.put("dtype", JsonValue.of("float32"));
    config.remove("torch_dtype");
    return config;
  }

  /** The word of {@code problem_type}. */
  static String problem(Head head) {
    if (head.task().output() == Task.Output.NUMBERS) {
      return OwnHead.REGRESSION;
    }
    return head.multiLabel() ? OwnHead.MULTI_LABEL : OwnHead.SINGLE_LABEL;
  }
}
