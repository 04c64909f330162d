package io.tributary.aggregation.tensor;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The names, shapes and dtypes of a group of tensors, ordered by the UTF-8 bytes of the names; that
 * is also the order of their data in canonical files.
 */
public final class Layout {
  /** The order of names in canonical files: by UTF-8 bytes, which is not String's order. */
  static final Comparator<String> NAME_ORDER =
      (a, b) ->
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

  private final Map<String, TensorSpec> byName;
  private final List<TensorSpec> tensors;
  private final long dataBytes;
  private volatile Optional<Digest> digest = Optional.empty();
  private volatile Optional<byte[]> header = Optional.empty();

  private Layout(List<TensorSpec> sorted) {
    tensors = List.copyOf(sorted);
    byName = new LinkedHashMap<>();
    long bytes = 0;
    for (TensorSpec tensor : tensors) {
      if (byName.putIfAbsent(tensor.name(), tensor) != null) {
        throw refused("tensor " + Quoted.of(tensor.name()) + " stands twice", "each name once");
      }
      bytes += tensor.bytes();
      if (bytes > TensorSpec.MOST_BYTES) {
        throw refused("more than 2^60 bytes", "at most 2^60 bytes");
      }
    }
    dataBytes = bytes;
  }

  /** The layout of these tensors; their order does not matter, each name may stand once. */
  public static Layout of(Collection<TensorSpec> tensors) {
    return new Layout(
        tensors.stream().sorted(Comparator.comparing(TensorSpec::name, NAME_ORDER)).toList());
  }

  /** Reads what {@link #toJson} wrote. */
  public static Layout parse(JsonValue json) {
    List<TensorSpec> tensors = new ArrayList<>();
    try {
      for (JsonValue item : items(field(json, "tensors"))) {
        DType dtype = DType.of(text(field(item, "dtype")));
        tensors.add(new TensorSpec(text(field(item, "name")), dtype, sizes(field(item, "shape"))));
      }
      return of(tensors);
    } catch (FederationException e) {
      throw new FederationException(ErrorKind.CORRUPT, e.sentence(), e);
    }
  }

  /** The tensors in canonical order. */
  public List<TensorSpec> tensors() {
    return tensors;
  }

  /** The tensor of this name. */
  public Optional<TensorSpec> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The tensor that holds this byte of the data, counted from the end of the header. */
  public TensorSpec at(long dataOffset) {
    long end = 0;
    for (TensorSpec tensor : tensors) {
      end += tensor.bytes();
      if (dataOffset < end) {
        return tensor;
      }
    }
    throw refused("byte " + dataOffset, "below " + dataBytes);
  }

  /** How many numbers all tensors have together. */
  public long elements() {
    return tensors.stream().mapToLong(TensorSpec::elements).sum();
  }

  /** How many bytes all elements take, without any header. */
  public long dataBytes() {
    return dataBytes;
  }

  /** {@code {"tensors":[{"dtype":…,"name":…,"shape":[…]},…]}} in canonical order. */
  public JsonObject toJson() {
    List<JsonObject> items = tensors.stream().map(Layout::toJson).toList();
    return JsonValue.object().put("tensors", JsonValue.array(items)).build();
  }

  /** The digest of the canonical JSON, made when it is first asked for. */
  public Digest digest() {
    Optional<Digest> known = digest;
    if (known.isEmpty()) {
      // two threads may make it at once, the same both times
      known = Optional.of(Digest.ofUtf8(toJson().canonical()));
      digest = known;
    }
    return known.get();
  }

  /** The header of its canonical file, made once; the array is the layout's own. */
  byte[] header(Supplier<byte[]> make) {
    Optional<byte[]> known = header;
    if (known.isEmpty()) {
      known = Optional.of(make.get());
      header = known;
    }
    return known.get();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Layout layout && tensors.equals(layout.tensors);
  }

  @Override
  public int hashCode() {
    return tensors.hashCode();
  }

  @Override
  public String toString() {
    return "Layout(" + tensors.size() + " tensors, " + dataBytes + " bytes)";
  }

  private static JsonObject toJson(TensorSpec tensor) {
    return JsonValue.object()
        .put("name", tensor.name())
        .put("dtype", tensor.dtype().token())
        .put("shape", JsonValue.array(tensor.shape().stream().map(JsonValue::of).toList()))
        .build();
  }

  private static JsonValue field(JsonValue json, String key) {
    if (json instanceof JsonObject object && object.find(key).isPresent()) {
      return object.find(key).get();
    }
    throw refused("no \"" + key + "\"", "an object with \"" + key + "\"");
  }

  private static List<JsonValue> items(JsonValue json) {
    if (json instanceof JsonArray array) {
      return array.items();
    }
    throw refused("no list where one belongs", "a list");
  }

  private static String text(JsonValue json) {
    if (json instanceof JsonString string) {
      return string.value();
    }
    throw refused("no text where one belongs", "a text");
  }

  /** Whole numbers, each of which fits a long; shared with the safetensors reader. */
  static List<Long> sizes(JsonValue json) {
    List<Long> sizes = new ArrayList<>();
    for (JsonValue item : items(json)) {
      sizes.add(whole(item));
    }
    return sizes;
  }

  private static long whole(JsonValue json) {
    if (json instanceof JsonNumber number) {
      try {
        return number.value().longValueExact();
      } catch (ArithmeticException e) {
        throw new FederationException(
            ErrorKind.INVALID_ARGUMENT,
            "layout: a number that is no size (expected: whole numbers below 2^63)."
                + " Check what wrote it.",
            e);
      }
    }
    throw refused("no number where one belongs", "a whole number");
  }

  private static FederationException refused(String found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_ARGUMENT, "layout", found, rule, "Check what wrote it.");
  }
}
