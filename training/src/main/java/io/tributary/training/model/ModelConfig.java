package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonBoolean;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a {@code config.json}, whose keys differ from version to version of transformers.
 *
 * @param where path of the file, for messages
 */
public record ModelConfig(String where, JsonObject json) {
  private static final long MOST = 1L << 31;

  /** A value; empty where it is null. */
  public Optional<JsonValue> find(String key) {
    return json.find(key).filter(value -> !(value instanceof JsonValue.JsonNull));
  }

  public String text(String key, String byDefault) {
    return find(key)
        .map(v -> v instanceof JsonString s ? s.value() : wrong(key, v))
        .orElse(byDefault);
  }

  public int size(String key) {
    return size(key, find(key).orElseThrow(() -> refusal(key, "missing", "a whole number >= 1")));
  }

  public int size(String key, int byDefault) {
    return find(key).map(value -> size(key, value)).orElse(byDefault);
  }

  private int size(String key, JsonValue value) {
    if (value instanceof JsonNumber number) {
      double size = number.value().doubleValue();
      if (size >= 0 && size < MOST && size == Math.rint(size)) {
        return (int) size;
      }
    }
    throw refusal(key, value.canonical(), "a whole number >= 0");
  }

  public double number(String key, double byDefault) {
    return find(key)
        .map(
            value -> {
              if (value instanceof JsonNumber number) {
                return number.value().doubleValue();
              }
              throw refusal(key, value.canonical(), "a number");
            })
        .orElse(byDefault);
  }

  public boolean flag(String key, boolean byDefault) {
    return find(key)
        .map(
            value -> {
              if (value instanceof JsonBoolean flag) {
                return flag.value();
              }
              throw refusal(key, value.canonical(), "true or false");
            })
        .orElse(byDefault);
  }

  public List<Integer> sizes(String key) {
    List<Integer> sizes = new ArrayList<>();
    if (find(key).orElse(null) instanceof JsonArray array) {
      array.items().forEach(item -> sizes.add(size(key, item)));
      return sizes;
    }
    throw refusal(key, "missing or no list", "a list of whole numbers");
  }

  public boolean isList(String key) {
    return find(key).orElse(null) instanceof JsonArray;
  }

  public List<Integer> sizes(String key, List<Integer> byDefault) {
    return find(key).isPresent() ? sizes(key) : byDefault;
  }

  /** The folder that the file lies in. */
  public Path folder() {
    return requireNonNull(Path.of(where).toAbsolutePath().getParent(), "folder");
  }

  /** Names, shapes and types of the weights beside the file, for families that go by them. */
  public Layout weights() {
    try (StoredTensors tensors = StoredTensors.open(WeightIndex.of(folder()).files())) {
      return Layout.of(tensors.specs());
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + folder(), e);
    }
  }

  /** The refusal of a key, to be thrown. */
  public FederationException refusal(String key, Object found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_DATA,
        where + ": " + key,
        found,
        rule,
        "Choose a base model of a supported form.");
  }

  private String wrong(String key, JsonValue found) {
    throw refusal(key, found.canonical(), "a text");
  }
}
