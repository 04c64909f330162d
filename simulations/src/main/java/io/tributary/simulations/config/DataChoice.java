package io.tributary.simulations.config;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;
import io.tributary.simulations.synthetic.SyntheticData;
import io.tributary.training.data.DatasetSpec;
import java.nio.file.Path;

/** Where the examples of a simulation come from. */
public sealed interface DataChoice {
  JsonObject toJson();

  /**
   * A file or folder, described as in a node's file.
   *
   * @param spec with absolute paths
   */
  record Files(DatasetSpec spec) implements DataChoice {
    public Files {
      requireNonNull(spec, "spec");
    }

    @Override
    public JsonObject toJson() {
      return spec.toJson();
    }
  }

  /**
   * Glosses of WordNet's nouns, labelled by their lexicographer's file.
   *
   * @param train examples that the nodes share
   * @param selection held-out examples judged every round
   * @param test held-out examples judged once
   */
  record Glosses(int train, int selection, int test) implements DataChoice {
    @Override
    public JsonObject toJson() {
      return JsonValue.object()
          .put(
              GLOSSES,
              JsonValue.object()
                  .put("train", train)
                  .put("selection", selection)
                  .put("test", test)
                  .build())
          .build();
    }
  }

  /** Drawn from the simulation's seed, unequal from node to node. */
  record Synthetic(SyntheticData data) implements DataChoice {
    public Synthetic {
      requireNonNull(data, "data");
    }

    @Override
    public JsonObject toJson() {
      return JsonValue.object()
          .put(
              SYNTHETIC,
              JsonValue.object()
                  .put("nodes", data.nodes())
                  .put("alpha", data.alpha())
                  .put("beta", data.beta())
                  .put("features", data.features())
                  .put("classes", data.classes())
                  .build())
          .build();
    }
  }

  /** The key of {@link Synthetic}. */
  String SYNTHETIC = "synthetic";

  /** The key of {@link Glosses}. */
  String GLOSSES = "glosses";

  /**
   * Reads the section {@code data}: the keys of a node's file, or {@code glosses}, or {@code
   * synthetic}. The caller finishes the section.
   */
  static DataChoice read(Settings section, Path folder) {
    if (section.has(GLOSSES)) {
      Settings glosses = section.section(GLOSSES);
      return new Glosses(
          (int) glosses.integer("train", 6_000, 1, 1_000_000),
          (int) glosses.integer("selection", 1_000, 1, 1_000_000),
          (int) glosses.integer("test", 2_000, 0, 1_000_000));
    }
    if (section.has(SYNTHETIC)) {
      Settings drawn = section.section(SYNTHETIC);
      return new Synthetic(
          new SyntheticData(
              (int) drawn.integer("nodes", 30, 1, 100_000),
              drawn.number("alpha", 1, 0, 100),
              drawn.number("beta", 1, 0, 100),
              (int) drawn.integer("features", 60, 1, 10_000),
              (int) drawn.integer("classes", 10, 2, 10_000)));
    }
    return new Files(DatasetSpec.read(section, folder));
  }
}
