package io.tributary.federation.settings;

import io.tributary.federation.DataSize;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.TimeSpan;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonBoolean;
import io.tributary.federation.json.JsonValue.JsonNull;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * One section of a configuration tree, read key by key. Each read says the key's type, rule and
 * default; {@link #finish} then refuses keys that nobody read, naming the nearest known one.
 * Messages start with the source and the full path of the key: {@code plan.yaml: train.epochs}.
 * Confined to one thread.
 */
public final class Settings {
  private final String source;
  private final String path;
  private final JsonObject values;
  private final SortedSet<String> known = new TreeSet<>();
  private final List<Settings> sections = new ArrayList<>();

  private Settings(String source, String path, JsonObject values) {
    this.source = source;
    this.path = path;
    this.values = values;
  }

  /** The root section of a tree that came from a source, usually a file's name. */
  public static Settings of(String source, JsonValue tree) {
    if (tree instanceof JsonObject object) {
      return new Settings(source, "", object);
    }
    throw FederationException.of(
        ErrorKind.INVALID_CONFIG,
        source,
        describe(tree),
        "keys and values",
        "Start from the reference file.");
  }

  /** Whether the key is given with a value. */
  public boolean has(String key) {
    return find(key).isPresent();
  }

  public String text(String key) {
    return optionalText(key).orElseThrow(() -> missing(key, "a text"));
  }

  public String text(String key, String byDefault) {
    return optionalText(key).orElse(byDefault);
  }

  /** A text; numbers and truth values count as the text they are written as. */
  public Optional<String> optionalText(String key) {
    return find(key).map(value -> asText(key, value));
  }

  public long integer(String key, long min, long max) {
    return optionalInteger(key, min, max).orElseThrow(() -> missing(key, range(min, max)));
  }

  public long integer(String key, long byDefault, long min, long max) {
    return optionalInteger(key, min, max).orElse(byDefault);
  }

  public Optional<Long> optionalInteger(String key, long min, long max) {
    return find(key).map(value -> asInteger(key, value, min, max));
  }

  public double number(String key, double byDefault, double min, double max) {
    return optionalNumber(key, min, max).orElse(byDefault);
  }

  public Optional<Double> optionalNumber(String key, double min, double max) {
    return find(key)
        .map(
            value -> {
              String rule = "a number from " + plain(min) + " to " + plain(max);
              double number = asNumber(key, value, rule).doubleValue();
              return check(key, number, number >= min && number <= max, rule);
            });
  }

  public boolean flag(String key, boolean byDefault) {
    return find(key).map(value -> asFlag(key, value)).orElse(byDefault);
  }

  public Duration duration(String key, Duration byDefault) {
    return find(key)
        .map(value -> parsed(key, asText(key, value), TimeSpan::parse))
        .orElse(byDefault);
  }

  public DataSize size(String key, DataSize byDefault) {
    return find(key)
        .map(value -> parsed(key, asText(key, value), DataSize::parse))
        .orElse(byDefault);
  }

  /** One of some words. */
  public String choice(String key, String byDefault, List<String> choices) {
    String value = text(key, byDefault);
    return check(key, value, choices.contains(value), "one of " + String.join(", ", choices));
  }

  /** A list of texts; a single text counts as a list of one. */
  public List<String> texts(String key, List<String> byDefault) {
    return find(key)
        .map(
            value ->
                value instanceof JsonArray array
                    ? array.items().stream().map(item -> asText(key, item)).toList()
                    : List.of(asText(key, value)))
        .orElse(byDefault);
  }

  /** A map of texts to texts, in the order of its keys. */
  public Map<String, String> textMap(String key) {
    Map<String, String> result = new LinkedHashMap<>();
    find(key)
        .map(value -> asObject(key, value))
        .ifPresent(
            object -> object.fields().forEach((k, v) -> result.put(k, asText(key + "." + k, v))));
    return result;
  }

  /** Whether the key is given with a nested section. */
  public boolean holdsObject(String key) {
    return find(key).filter(JsonObject.class::isInstance).isPresent();
  }

  /** A nested section as it stands, to be passed on to whoever knows its keys. */
  public JsonObject object(String key) {
    return find(key)
        .map(value -> asObject(key, value))
        .orElseThrow(() -> refusal(key, "nothing", "keys and values"));
  }

  /** The keys that a nested section has, whatever they are; none when it is absent. */
  public List<String> names(String key) {
    return find(key)
        .map(value -> asObject(key, value))
        .map(object -> List.copyOf(object.fields().keySet()))
        .orElse(List.of());
  }

  /** A nested section; empty when the key is absent, so that its defaults apply. */
  public Settings section(String key) {
    return optionalSection(key).orElseGet(() -> nested(key, JsonValue.object(Map.of())));
  }

  /**
   * A section that may be written as its name alone: {@code key: NAME} means {@code key: {name:
   * NAME}}.
   */
  public Settings named(String key) {
    Optional<JsonValue> value = find(key).filter(given -> !(given instanceof JsonObject));
    return value.isPresent()
        ? nested(key, JsonValue.object().put("name", asText(key, value.get())).build())
        : section(key);
  }

  /** The values of this section that nobody read yet, to be passed on to whoever knows them. */
  public Map<String, JsonValue> remaining() {
    Map<String, JsonValue> remaining = new LinkedHashMap<>(values.fields());
    remaining.keySet().removeAll(known);
    remaining.values().removeIf(JsonNull.class::isInstance);
    known.addAll(values.fields().keySet());
    return remaining;
  }

  public Optional<Settings> optionalSection(String key) {
    return find(key).map(value -> asObject(key, value)).map(object -> nested(key, object));
  }

  /** Reads a value with a rule of its own; the rule's message is put behind the key's path. */
  public <T> T parsed(String key, Function<String, T> parser) {
    return parsed(key, text(key), parser);
  }

  /** The refusal of a value of this section, to be thrown. */
  public FederationException refusal(String key, Object found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_CONFIG,
        where(key),
        found,
        rule,
        "See the reference of configuration keys.");
  }

  /** Refuses every key that was given and never read, in this section and all below it. */
  public void finish() {
    for (String key : values.fields().keySet()) {
      if (!known.contains(key)) {
        String nearest =
            NearestKey.of(key, known).map(k -> "Did you mean \"" + k + "\"?").orElse("Remove it.");
        throw FederationException.of(
            ErrorKind.INVALID_CONFIG, where(key), "unknown key", String.join(", ", known), nearest);
      }
    }
    sections.forEach(Settings::finish);
  }

  /** The full paths of all keys that were asked for so far, here and below. */
  public SortedSet<String> asked() {
    SortedSet<String> all = new TreeSet<>();
    known.forEach(key -> all.add(path + key));
    sections.forEach(section -> all.addAll(section.asked()));
    return all;
  }

  /** The source and full path of a key, as messages name it. */
  public String where(String key) {
    return source + ": " + path + key;
  }

  private Settings nested(String key, JsonObject object) {
    var section = new Settings(source, path + key + ".", object);
    sections.add(section);
    return section;
  }

  private Optional<JsonValue> find(String key) {
    known.add(key);
    return values.find(key).filter(value -> !(value instanceof JsonNull));
  }

  private String asText(String key, JsonValue value) {
    if (value instanceof JsonString string) {
      return string.value();
    }
    if (value instanceof JsonNumber || value instanceof JsonBoolean) {
      return value.canonical();
    }
    throw refusal(key, describe(value), "a text");
  }

  private boolean asFlag(String key, JsonValue value) {
    if (value instanceof JsonBoolean flag) {
      return flag.value();
    }
    throw refusal(key, describe(value), "true or false");
  }

  private JsonObject asObject(String key, JsonValue value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw refusal(key, describe(value), "keys and values");
  }

  private long asInteger(String key, JsonValue value, long min, long max) {
    BigDecimal number = asNumber(key, value, range(min, max));
    try {
      long exact = number.longValueExact();
      return check(key, exact, exact >= min && exact <= max, range(min, max));
    } catch (ArithmeticException e) {
      throw refusal(key, number.toPlainString(), range(min, max));
    }
  }

  /**
   * Numbers may be written as text too, so that overrides and environment variables need no types.
   */
  private BigDecimal asNumber(String key, JsonValue value, String rule) {
    if (value instanceof JsonNumber number) {
      return number.value();
    }
    if (value instanceof JsonString string
        && string.value().matches("[+-]?[0-9.]+([eE][+-]?[0-9]{1,3})?")) {
      try {
        return new BigDecimal(string.value());
      } catch (NumberFormatException e) {
        throw refusal(key, describe(value), rule);
      }
    }
    throw refusal(key, describe(value), rule);
  }

  private <T> T parsed(String key, String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (FederationException e) {
      throw new FederationException(ErrorKind.INVALID_CONFIG, where(key) + ": " + e.sentence(), e);
    }
  }

  private <T> T check(String key, T value, boolean holds, String rule) {
    if (!holds) {
      throw refusal(key, value, rule);
    }
    return value;
  }

  private FederationException missing(String key, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_CONFIG, where(key), "missing", rule, "Add the key.");
  }

  private static String range(long min, long max) {
    return max == Long.MAX_VALUE
        ? "a whole number from " + min
        : "a whole number from " + min + " to " + max;
  }

  private static String plain(double value) {
    return Double.isInfinite(value) ? "any" : JsonValue.of(value).canonical();
  }

  private static String describe(JsonValue value) {
    if (value instanceof JsonObject) {
      return "keys and values";
    }
    return value instanceof JsonArray ? "a list" : value.canonical();
  }
}
