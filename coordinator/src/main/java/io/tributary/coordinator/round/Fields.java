package io.tributary.coordinator.round;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonBoolean;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Typed reading of a journal object's fields; whatever does not fit is CORRUPT and names the field.
 */
record Fields(String what, JsonObject object) {
  static Fields of(String what, JsonValue value) {
    if (value instanceof JsonObject object) {
      return new Fields(what, object);
    }
    throw corrupt(what, value.canonical(), "an object");
  }

  String text(String key) {
    return asText(key, value(key));
  }

  Optional<String> optionalText(String key) {
    return object.find(key).map(value -> asText(key, value));
  }

  long integer(String key) {
    JsonNumber number = asNumber(key, value(key));
    try {
      return number.value().longValueExact();
    } catch (ArithmeticException e) {
      throw new FederationException(
          ErrorKind.CORRUPT,
          what + "." + key + ": " + number.value() + " (expected: a whole number).",
          e);
    }
  }

  int small(String key) {
    long number = integer(key);
    if (number != (int) number) {
      throw corrupt(what + "." + key, number, "32 bits");
    }
    return (int) number;
  }

  double real(String key) {
    return asNumber(key, value(key)).value().doubleValue();
  }

  /** A number, or another one where there is none. */
  double real(String key, double byDefault) {
    return has(key) ? real(key) : byDefault;
  }

  boolean has(String key) {
    return object.find(key).isPresent();
  }

  /** The sections of a section, by their names; none where there is none. */
  <T> SortedMap<String, T> sections(String key, Function<Fields, T> parser) {
    SortedMap<String, T> sections = new TreeMap<>();
    if (has(key)) {
      Fields all = section(key);
      for (String name : all.object.fields().keySet()) {
        sections.put(name, parser.apply(all.section(name)));
      }
    }
    return sections;
  }

  boolean flag(String key) {
    if (value(key) instanceof JsonBoolean bool) {
      return bool.value();
    }
    throw corrupt(what + "." + key, value(key).canonical(), "true or false");
  }

  Digest digest(String key) {
    return parsed(key, Digest::parse);
  }

  <T> T parsed(String key, Function<String, T> parser) {
    String text = text(key);
    try {
      return parser.apply(text);
    } catch (FederationException e) {
      throw new FederationException(ErrorKind.CORRUPT, what + "." + key + ": " + e.sentence(), e);
    }
  }

  <T> Optional<T> optional(String key, Function<String, T> parser) {
    return object.find(key).isPresent() ? Optional.of(parsed(key, parser)) : Optional.empty();
  }

  <T extends Enum<T>> T word(String key, Class<T> type) {
    String text = text(key);
    for (T constant : type.getEnumConstants()) {
      if (constant.name().equals(text)) {
        return constant;
      }
    }
    throw corrupt(what + "." + key, text, "a word of " + type.getSimpleName());
  }

  Fields section(String key) {
    return of(what + "." + key, value(key));
  }

  Optional<Fields> optionalSection(String key) {
    return object.find(key).map(value -> of(what + "." + key, value));
  }

  <T> List<T> list(String key, Function<Fields, T> parser) {
    List<T> items = new ArrayList<>();
    for (JsonValue item : items(key)) {
      items.add(parser.apply(of(what + "." + key, item)));
    }
    return items;
  }

  List<String> texts(String key) {
    return items(key).stream().map(item -> asText(key, item)).toList();
  }

  SortedMap<String, Double> numbers(String key) {
    SortedMap<String, Double> numbers = new TreeMap<>();
    Fields section = section(key);
    for (Map.Entry<String, JsonValue> entry : section.object.fields().entrySet()) {
      numbers.put(entry.getKey(), section.real(entry.getKey()));
    }
    return Collections.unmodifiableSortedMap(numbers);
  }

  static JsonObject numbers(Map<String, Double> numbers) {
    var json = JsonValue.object();
    numbers.forEach(json::put);
    return json.build();
  }

  static JsonArray texts(List<?> words) {
    return JsonValue.array(words.stream().map(word -> JsonValue.of(word.toString())).toList());
  }

  private List<JsonValue> items(String key) {
    if (value(key) instanceof JsonArray array) {
      return array.items();
    }
    throw corrupt(what + "." + key, value(key).canonical(), "a list");
  }

  private JsonValue value(String key) {
    return object.find(key).orElseThrow(() -> corrupt(what + "." + key, "missing", "present"));
  }

  private String asText(String key, JsonValue value) {
    if (value instanceof JsonString string) {
      return string.value();
    }
    throw corrupt(what + "." + key, value.canonical(), "a text");
  }

  private JsonNumber asNumber(String key, JsonValue value) {
    if (value instanceof JsonNumber number) {
      return number;
    }
    throw corrupt(what + "." + key, value.canonical(), "a number");
  }

  private static FederationException corrupt(String what, Object found, String rule) {
    return FederationException.of(
        ErrorKind.CORRUPT, what, found, rule, "Restore the state folder from a backup.");
  }
}
