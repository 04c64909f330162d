package io.tributary.cli.simulate;

import io.tributary.cli.bundled.Bundled;
import io.tributary.cli.bundled.GlossFiles;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.config.PlanFile;
import io.tributary.cli.run.RandomModel;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import io.tributary.simulations.config.DataChoice;
import io.tributary.simulations.config.SimulationConfig;
import io.tributary.simulations.synthetic.SyntheticData;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.SourceFormat;
import io.tributary.training.data.SourceSpec;
import io.tributary.training.data.wordnet.Gloss;
import io.tributary.training.data.wordnet.WordNetGlosses;
import io.tributary.training.model.onnx.OnnxImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The files that a simulation works with: its plan, its base model, its examples. */
final class SimulationFiles {
  private final Path folder;
  private final Path work;

  /**
   * @param folder of the simulation's file
   * @param work folder of the simulation's results
   */
  SimulationFiles(Path folder, Path work) {
    this.folder = folder;
    this.work = work;
  }

  /** What the nodes share and what the coordinator holds out. */
  record Data(DatasetSpec shared, Optional<JsonObject> heldOut) {}

  /** The plan with its base model, which is made or imported first where the simulation says so. */
  PlanFile plan(Path plan, List<String> settings, SimulationConfig config) {
    List<String> all = new ArrayList<>(settings);
    config.base().ifPresent(base -> all.add("model.base=" + base(base, config.baseSeed())));
    return PlanFile.read(plan, Overrides.of("plan", all, Map.of()));
  }

  private Path base(String name, long seed) {
    Path made = work.resolve("base");
    try {
      if (name.equals(Bundled.MINILM)) {
        OnnxImport.importMiniLm(Bundled.miniLmJar(), made);
        return made;
      }
      if (name.endsWith(".json")) {
        RandomModel.write(folder.resolve(name), seed, made);
        return made;
      }
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL, made + ": can't be written (expected: room for a model). Make room.", e);
    }
    return folder.resolve(name).toAbsolutePath().normalize();
  }

  /** The examples; those that come along are written into the folder of results first. */
  Data data(SimulationConfig config, long seed) {
    if (config.data() instanceof DataChoice.Synthetic synthetic) {
      return synthetic(synthetic.data(), seed);
    }
    if (config.data() instanceof DataChoice.Glosses glosses) {
      return glosses(glosses);
    }
    return new Data(((DataChoice.Files) config.data()).spec(), config.heldOut());
  }

  /** Refuses held-out files that can't be read: the coordinator would, after all else. */
  static void requireReadable(Optional<JsonObject> heldOut) {
    for (String key : List.of("selection", "test")) {
      heldOut
          .flatMap(section -> section.find(key))
          .filter(JsonString.class::isInstance)
          .map(value -> ((JsonString) value).value())
          .filter(path -> !Files.isReadable(Path.of(path)))
          .ifPresent(
              path -> {
                throw FederationException.of(
                    ErrorKind.INVALID_CONFIG,
                    "held-out." + key,
                    path + " can't be read",
                    "a readable file",
                    "Mend the path.");
              });
    }
  }

  private Data synthetic(SyntheticData data, long seed) {
    SyntheticData.Written files = data.write(dataFolder(), seed);
    var source =
        new SourceSpec(
            SourceFormat.CSV,
            files.train(),
            Optional.empty(),
            data.columns(),
            SyntheticData.LABEL,
            new TreeMap<>(),
            ',');
    return new Data(
        DatasetSpec.ofTraining(source),
        Optional.of(
            JsonValue.object()
                .put("selection", files.selection().toString())
                .put("test", files.test().toString())
                .put(
                    "features",
                    JsonValue.array(data.columns().stream().map(JsonValue::of).toList()))
                .put("label", SyntheticData.LABEL)
                .build()));
  }

  private Data glosses(DataChoice.Glosses wanted) {
    WordNetGlosses all = WordNetGlosses.read(Bundled.glossesJar());
    List<Gloss> train = first(all.train(), 0, wanted.train(), "train");
    List<Gloss> selection =
        first(all.train(), wanted.train(), wanted.train() + wanted.selection(), "selection");
    Path trainFile = write("train", train);
    var heldOut =
        JsonValue.object()
            .put("selection", write("selection", selection).toString())
            .put("text", "text")
            .put("label", "label");
    if (wanted.test() > 0) {
      heldOut.put("test", write("test", first(all.test(), 0, wanted.test(), "test")).toString());
    }
    return new Data(
        DatasetSpec.ofTraining(SourceSpec.ofTexts(trainFile, "text", "label")),
        Optional.of(heldOut.build()));
  }

  private static List<Gloss> first(List<Gloss> all, int from, int to, String key) {
    if (to > all.size()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "data.glosses." + key,
          to - from,
          "at most " + Math.max(0, all.size() - from) + " more",
          "Use fewer.");
    }
    return all.subList(from, to);
  }

  private Path write(String name, List<Gloss> glosses) {
    Path file = dataFolder().resolve(name + ".jsonl");
    GlossFiles.write(file, glosses);
    return file;
  }

  private Path dataFolder() {
    Path folder = work.resolve("data");
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL, folder + ": can't be made (expected: a disk with room). Make room.", e);
    }
  }
}
