package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.bundled.Bundled;
import io.tributary.cli.bundled.GlossFiles;
import io.tributary.cli.config.YamlReader;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;
import io.tributary.training.data.SourceSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Options that name a file of labelled examples and its columns. */
final class SourceOptions {
  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = {
        "A csv, tsv, jsonl, conll or idx file, or a folder of pictures;",
        "or " + Bundled.GLOSSES + ", the labelled texts that come along."
      })
  String file = "";

  @Option(
      names = "--text",
      paramLabel = "COLUMN",
      description = "Column of the text (default: text).")
  String text = "";

  @Option(
      names = "--features",
      paramLabel = "COLUMN",
      split = ",",
      description = "Columns of numbers, instead of a text.")
  List<String> features = new ArrayList<>();

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      defaultValue = "label",
      description = "Column of the label (default: ${DEFAULT-VALUE}).")
  String label = "label";

  @Option(
      names = "--delimiter",
      paramLabel = "CHAR",
      description = "Between columns, such as ; or tab (default: by the file's name).")
  String delimiter = "";

  @Option(
      names = "--key",
      paramLabel = "KEY=VALUE",
      description = {
        "Another key of a node's data.train, such as pair=second, labels.0=circle",
        "or 'categories={shop: [north, south]}'; repeatable."
      })
  Map<String, String> keys = new LinkedHashMap<>();

  /** The source; the bundled texts are written to a file in a temporary folder first. */
  SourceSpec source(Surroundings surroundings) {
    JsonValue.ObjectBuilder json = JsonValue.object().put("label", label);
    if (!text.isEmpty()) {
      json.put("text", text);
    }
    if (!features.isEmpty()) {
      json.put("features", JsonValue.array(features.stream().map(JsonValue::of).toList()));
    }
    if (!delimiter.isEmpty()) {
      json.put("delimiter", delimiter);
    }
    Settings settings = Settings.of("options", withKeys(json.build()));
    SourceSpec source = SourceSpec.read(settings, path(surroundings));
    settings.finish();
    return source;
  }

  /** The keys over the options; what stands behind a key's dot is a key of its section. */
  private JsonObject withKeys(JsonObject options) {
    SortedMap<String, JsonValue> tree = new TreeMap<>(options.fields());
    keys.forEach(
        (key, text) -> {
          int dot = key.indexOf('.');
          JsonValue value = value(key, text);
          if (dot < 0) {
            tree.put(key, value);
            return;
          }
          SortedMap<String, JsonValue> section = new TreeMap<>();
          if (tree.get(key.substring(0, dot)) instanceof JsonObject earlier) {
            section.putAll(earlier.fields());
          }
          section.put(key.substring(dot + 1), value);
          tree.put(key.substring(0, dot), JsonValue.object(section));
        });
    return JsonValue.object(tree);
  }

  /** A section or a list in the form of YAML; all else is a text, whatever it looks like. */
  private static JsonValue value(String key, String text) {
    boolean plain = !text.startsWith("{") && !text.startsWith("[");
    return plain ? JsonValue.of(text) : YamlReader.value("--key " + key, text);
  }

  private Path path(Surroundings surroundings) {
    if (file.equals(Bundled.GLOSSES)) {
      return bundled();
    }
    Path path = surroundings.resolve(Path.of(file));
    if (!Files.exists(path)) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          file,
          "no such file",
          "a file or folder of examples",
          "Check it.");
    }
    return path;
  }

  private static Path bundled() {
    try {
      Path folder = Files.createTempDirectory("tributary-data");
      folder.toFile().deleteOnExit();
      Path written = folder.resolve("wordnet-nouns.jsonl");
      GlossFiles.write(written, GlossFiles.all());
      written.toFile().deleteOnExit();
      return written;
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL, "temporary folder: can't be written (expected: room). Make room.", e);
    }
  }
}
