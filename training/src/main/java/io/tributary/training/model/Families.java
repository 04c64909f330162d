package io.tributary.training.model;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Task;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** The families on the class path, by the words they read. */
final class Families {
  /** More than any model has; each layer's parameters are listed in memory. */
  private static final int MOST_LAYERS = 10_000;

  private static final Map<String, ModelFamily> ALL =
      index(ServiceLoader.load(ModelFamily.class, Families.class.getClassLoader()));

  private Families() {}

  static SortedMap<String, ModelFamily> index(Iterable<ModelFamily> families) {
    SortedMap<String, ModelFamily> index = new TreeMap<>();
    for (ModelFamily family : families) {
      for (String type : family.types()) {
        ModelFamily other = index.putIfAbsent(type, family);
        if (other != null) {
          throw FederationException.of(
              ErrorKind.INVALID_CONFIG,
              "model families for \"" + type + "\"",
              other.getClass().getName() + " and " + family.getClass().getName(),
              "one on the class path",
              "Remove the other jar.");
        }
      }
    }
    return index;
  }

  static ModelFamily of(ModelConfig config) {
    String type = config.text("model_type", "missing");
    ModelFamily family = ALL.get(type);
    if (family == null) {
      throw config.refusal("model_type", type, String.join(", ", ALL.keySet()));
    }
    return family;
  }

  /** The shape of a model; a task that its family can't do is refused. */
  static Architecture architecture(ModelConfig config, Head head) {
    ModelFamily family = of(config);
    if (!family.tasks().contains(head.task())) {
      List<String> words = family.tasks().stream().map(Task::token).toList();
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "plan.model.task",
          head.task().token(),
          "a task of the family " + config.text("model_type", "") + ": " + String.join(", ", words),
          "Choose another base model or task.");
    }
    Architecture architecture = family.architecture(config, head);
    if (architecture.layers() > MOST_LAYERS) {
      throw config.refusal("layers", architecture.layers(), "at most " + MOST_LAYERS);
    }
    return architecture;
  }
}
