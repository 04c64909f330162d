package io.tributary.training.message;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the fields of one JSON object between a service and its worker; anything unexpected is
 * CORRUPT. Doubles that JSON has no form for travel as the texts NaN, Infinity and -Infinity.
 */
public record JsonFields(String what, JsonObject object) {
  private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

  public static JsonFields of(String what, JsonValue json) {
    if (json instanceof JsonObject object) {
      return new JsonFields(what, object);
    }
    throw refusal(what, "an object");
  }

  public static JsonValue of(double value) {
    return Double.isFinite(value) ? JsonValue.of(value) : JsonValue.of(Double.toString(value));
  }

  public static JsonObject ofNumbers(SortedMap<String, Double> numbers) {
    var json = JsonValue.object();
    numbers.forEach((name, value) -> json.put(name, of(value)));
    return json.build();
  }

  public boolean has(String key) {
    return object.find(key).isPresent();
  }

  public JsonValue value(String key) {
    return object.find(key).orElseThrow(() -> refusal(what + "." + key, "a value"));
  }

  public String text(String key) {
    return text(what + "." + key, value(key));
  }

  public Path path(String key) {
    return Path.of(text(key));
  }

  public long integer(String key) {
    if (value(key) instanceof JsonNumber number) {
      try {
        return number.value().longValueExact();
      } catch (ArithmeticException e) {
        throw refusal(what + "." + key, "a whole number");
      }
    }
    throw refusal(what + "." + key, "a whole number");
  }

  public double number(String key) {
    return number(what + "." + key, value(key));
  }

  public List<JsonValue> items(String key) {
    return items(what + "." + key, value(key));
  }

  public List<String> texts(String key) {
    return items(key).stream().map(item -> text(what + "." + key, item)).toList();
  }

  public SortedMap<String, Double> numbers(String key) {
    SortedMap<String, Double> numbers = new TreeMap<>();
    of(what + "." + key, value(key))
        .object()
        .fields()
        .forEach((name, value) -> numbers.put(name, number(name, value)));
    return numbers;
  }

  public static List<JsonValue> items(String where, JsonValue value) {
    if (value instanceof JsonArray array) {
      return array.items();
    }
    throw refusal(where, "a list");
  }

  private static String text(String where, JsonValue value) {
    if (value instanceof JsonString string) {
      return string.value();
    }
    throw refusal(where, "a text");
  }

  public static double number(String where, JsonValue value) {
    if (value instanceof JsonNumber number) {
      return number.value().doubleValue();
    }
    if (value instanceof JsonString string && NOT_FINITE.contains(string.value())) {
      return Double.parseDouble(string.value());
    }
    throw refusal(where, "a number");
  }

  public static FederationException refusal(String where, String rule) {
    return FederationException.of(
        ErrorKind.CORRUPT,
        "message of the worker, " + where,
        "missing or of another type",
        rule,
        "Use one version of Tributary on both sides.");
  }
}
