package io.tributary.cli.run;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.model.RandomBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes models of a configuration's shape with random weights. */
public final class RandomModel {
  private static final List<String> KEPT =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "chat_template.jinja",
          "preprocessor_config.json");

  private RandomModel() {}

  /**
   * Writes a model's folder.
   *
   * @param config {@code config.json}; the tokenizer's files beside it are copied
   * @param into folder to make
   */
  public static void write(Path config, long seed, Path into) throws IOException {
    RandomBase.write(into, read(config), new RandomStreams(seed).stream(0, "", "random-model"));
    for (String name : KEPT) {
      if (Files.exists(config.resolveSibling(name))) {
        Files.copy(config.resolveSibling(name), into.resolve(name));
      }
    }
  }

  private static JsonObject read(Path file) {
    try {
      if (JsonReader.read(Files.readAllBytes(file)) instanceof JsonObject config) {
        return config;
      }
    } catch (IOException | FederationException e) {
      // refused below
    }
    throw FederationException.of(
        ErrorKind.INVALID_DATA,
        file.toString(),
        "missing, or no JSON object",
        "the config.json of a model",
        "Check the folder.");
  }
}
