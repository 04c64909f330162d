package io.tributary.federation.json;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A JSON value as data: immutable, keys in the order of their UTF-16 code units, numbers exact. */
public sealed interface JsonValue {
  /** An object; one value a key. */
  record JsonObject(SortedMap<String, JsonValue> fields) implements JsonValue {
    public JsonObject {
      fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
    }

    public Optional<JsonValue> find(String key) {
      return Optional.ofNullable(fields.get(key));
    }
  }

  /** A list of values. */
  record JsonArray(List<JsonValue> items) implements JsonValue {
    public JsonArray {
      items = List.copyOf(items);
    }
  }

  /** A text. */
  record JsonString(String value) implements JsonValue {
    public JsonString {
      requireNonNull(value, "value");
    }
  }

  /** An exact decimal; NaN and the infinities have no form in JSON. */
  record JsonNumber(BigDecimal value) implements JsonValue {
    public JsonNumber {
      value = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    }
  }

  /** True or false. */
  record JsonBoolean(boolean value) implements JsonValue {}

  /** Null. */
  record JsonNull() implements JsonValue {}

  static JsonString of(String value) {
    return new JsonString(value);
  }

  static JsonNumber of(long value) {
    return new JsonNumber(BigDecimal.valueOf(value));
  }

  /** The shortest decimal that reads back as the same double; the value must be finite. */
  static JsonNumber of(double value) {
    return new JsonNumber(ShortestDecimal.of(value));
  }

  static JsonBoolean of(boolean value) {
    return new JsonBoolean(value);
  }

  static JsonArray array(List<? extends JsonValue> items) {
    return new JsonArray(List.copyOf(items));
  }

  static JsonObject object(Map<String, ? extends JsonValue> fields) {
    return new JsonObject(new TreeMap<>(fields));
  }

  /** Starts an object that is filled field by field. */
  static ObjectBuilder object() {
    return new ObjectBuilder();
  }

  /** The canonical text: sorted keys, no spaces, plain stripped decimals. */
  default String canonical() {
    return CanonicalJson.write(this);
  }

  /** Collects the fields of an object; a repeated key is a defect of the caller. */
  final class ObjectBuilder {
    private final SortedMap<String, JsonValue> fields = new TreeMap<>();

    private ObjectBuilder() {}

    public ObjectBuilder put(String key, JsonValue value) {
      if (fields.putIfAbsent(key, value) != null) {
        throw new IllegalStateException("key given twice: " + key);
      }
      return this;
    }

    public ObjectBuilder put(String key, String value) {
      return put(key, of(value));
    }

    public ObjectBuilder put(String key, long value) {
      return put(key, of(value));
    }

    public ObjectBuilder put(String key, double value) {
      return put(key, of(value));
    }

    public ObjectBuilder put(String key, boolean value) {
      return put(key, of(value));
    }

    public JsonObject build() {
      return new JsonObject(fields);
    }
  }
}
