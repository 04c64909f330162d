package io.tributary.cli.config;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.settings.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** A YAML file that a person wrote, read whole, with its overrides applied. */
public final class ConfigFile {
  private static final long LARGEST = 16 << 20;

  private final Path file;
  private final String name;
  private final JsonValue tree;
  private final Map<String, Integer> lines;

  private ConfigFile(Path file, JsonValue tree, Map<String, Integer> lines) {
    this.file = file;
    this.name = nameOf(file);
    this.tree = tree;
    this.lines = lines;
  }

  /** Reads a file; a missing, unreadable or malformed one is refused as INVALID_CONFIG. */
  public static ConfigFile read(Path file, Overrides overrides) {
    YamlReader.Document document = YamlReader.read(nameOf(file), text(file));
    return new ConfigFile(file, overrides.over(document.tree()), document.lines());
  }

  /** The same file with its tree changed, such as a file's content put where its name stood. */
  public ConfigFile map(UnaryOperator<JsonValue> change) {
    return new ConfigFile(file, change.apply(tree), lines);
  }

  /** The folder that relative paths in the file start from. */
  public Path folder() {
    Path parent = file.toAbsolutePath().normalize().getParent();
    return parent == null ? file.toAbsolutePath().getRoot() : parent;
  }

  /** Reads the keys; a refusal names the line where the key stands. */
  public <T> T as(BiFunction<Settings, Path, T> reader) {
    try {
      return reader.apply(Settings.of(name, tree), folder());
    } catch (FederationException e) {
      throw located(e);
    }
  }

  private FederationException located(FederationException refusal) {
    String start = name + ": ";
    if (!refusal.sentence().startsWith(start)) {
      return refusal;
    }
    String rest = refusal.sentence().substring(start.length());
    int end = rest.indexOf(':');
    Integer line = end < 0 ? null : lines.get(rest.substring(0, end));
    if (line == null) {
      return refusal;
    }
    return new FederationException(refusal.kind(), name + ":" + line + ": " + rest, refusal);
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        throw refuse(file, "larger than 16 MiB", "a configuration file");
      }
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
          .toString();
    } catch (NoSuchFileException e) {
      throw refuse(file, "no such file", "a YAML file");
    } catch (CharacterCodingException e) {
      throw refuse(file, "broken UTF-8", "a YAML file in UTF-8");
    } catch (IOException e) {
      throw refuse(file, "can't be read", "a readable YAML file");
    }
  }

  private static FederationException refuse(Path file, String found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_CONFIG, file.toString(), found, rule, "Check the path and the file.");
  }

  private static String nameOf(Path file) {
    Path name = file.getFileName();
    return name == null ? file.toString() : name.toString();
  }
}
