package io.tributary.cli.config;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Values put over those of a file, in order: the environment's, then the command line's. A variable
 * is named after the file and the key, with two underscores between sections: {@code
 * TRIBUTARY_COORDINATOR_LIMITS__SPOOL=10GB} is {@code limits.spool: 10GB}.
 */
public record Overrides(List<Entry> entries) {
  /** One value put over a key's. */
  record Entry(String from, String key, String value) {}

  public Overrides {
    entries = List.copyOf(entries);
  }

  public static Overrides none() {
    return new Overrides(List.of());
  }

  /**
   * Those of a command.
   *
   * @param file the word for the file in variables' names, such as {@code coordinator}
   * @param settings texts {@code key=value} from {@code --set}
   */
  public static Overrides of(String file, List<String> settings, Map<String, String> environment) {
    List<Entry> entries = new ArrayList<>();
    String prefix = "TRIBUTARY_" + file.toUpperCase(Locale.ROOT) + "_";
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (name.startsWith(prefix) && name.length() > prefix.length()) {
                entries.add(new Entry(name, key(name.substring(prefix.length())), value));
              }
            });
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw FederationException.of(
            ErrorKind.INVALID_CONFIG,
            "--set",
            setting,
            "key=value, such as limits.spool=10GB",
            "Write it so.");
      }
      entries.add(
          new Entry("--set", setting.substring(0, equals).strip(), setting.substring(equals + 1)));
    }
    return new Overrides(entries);
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT).replace("__", ".").replace('_', '-');
  }

  JsonValue over(JsonValue tree) {
    JsonValue result = tree;
    for (Entry entry : entries) {
      JsonValue value = YamlReader.read(entry.from() + " " + entry.key(), entry.value()).tree();
      boolean empty = entry.value().isBlank();
      result =
          put(
              result,
              entry,
              List.of(entry.key().split("\\.", -1)),
              empty ? JsonValue.of("") : value);
    }
    return result;
  }

  private static JsonValue put(JsonValue tree, Entry entry, List<String> path, JsonValue value) {
    if (path.isEmpty()) {
      return value;
    }
    if (!(tree instanceof JsonObject object)) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          entry.from() + " " + entry.key(),
          "a key inside a plain value",
          "a key of a section",
          "See the reference of configuration keys.");
    }
    SortedMap<String, JsonValue> fields = new TreeMap<>(object.fields());
    JsonValue inner = fields.getOrDefault(path.get(0), JsonValue.object(Map.of()));
    JsonValue section =
        path.size() > 1 && inner instanceof JsonValue.JsonNull ? JsonValue.object(Map.of()) : inner;
    fields.put(path.get(0), put(section, entry, path.subList(1, path.size()), value));
    return JsonValue.object(fields);
  }
}
