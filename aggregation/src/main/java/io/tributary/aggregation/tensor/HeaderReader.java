package io.tributary.aggregation.tensor;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads one header of bytes from outside; every rule of the format is checked here. */
final class HeaderReader {
  private static final String WHAT = "safetensors file";

  private record Entry(TensorSpec tensor, long begin, long end) {}

  private HeaderReader() {}

  static SafetensorsHeader read(ByteSource source, int longestHeaderBytes) throws IOException {
    long size = source.size();
    int length = headerLength(source, size, longestHeaderBytes);
    byte[] header = new byte[length];
    source.read(Safetensors.LENGTH_BYTES, ByteBuffer.wrap(header));
    if (length == 0 || header[0] != '{') {
      throw corrupt("no { at the start of the header", "a safetensors file");
    }
    return checked(parsed(header), header, size);
  }

  private static int headerLength(ByteSource source, long size, int longest) throws IOException {
    if (size < Safetensors.LENGTH_BYTES) {
      throw corrupt(size + " bytes", "at least " + Safetensors.LENGTH_BYTES);
    }
    ByteBuffer buffer =
        ByteBuffer.allocate(Safetensors.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    source.read(0, buffer);
    long length = buffer.getLong(0);
    if (length < 0 || length > longest) {
      throw corrupt(
          "header of " + Long.toUnsignedString(length) + " bytes", "at most " + longest + " bytes");
    }
    if (length > size - Safetensors.LENGTH_BYTES) {
      throw corrupt(
          "truncated: header of " + length + " bytes in a file of " + size,
          "the whole header in the file");
    }
    return (int) length;
  }

  private static JsonObject parsed(byte[] header) {
    JsonValue json;
    try {
      json = JsonReader.read(header);
    } catch (FederationException e) {
      throw new FederationException(ErrorKind.CORRUPT, WHAT + ": header: " + e.sentence(), e);
    }
    if (json instanceof JsonObject object) {
      return object;
    }
    throw corrupt("header is no object", "a JSON object");
  }

  private static SafetensorsHeader checked(JsonObject json, byte[] header, long size) {
    SortedMap<String, String> metadata = new TreeMap<>();
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonValue> field : json.fields().entrySet()) {
      if (field.getKey().equals(TensorSpec.METADATA_KEY)) {
        metadata.putAll(metadata(field.getValue()));
      } else {
        entries.add(entry(field.getKey(), field.getValue()));
      }
    }
    long dataStart = (long) Safetensors.LENGTH_BYTES + header.length;
    checkRanges(entries, size - dataStart);
    SortedMap<String, Long> positions = new TreeMap<>();
    entries.forEach(entry -> positions.put(entry.tensor().name(), dataStart + entry.begin()));
    Layout layout = layout(entries);
    return new SafetensorsHeader(layout, positions, metadata, isCanonical(layout, header));
  }

  /** One comparison of bytes settles order, offsets, spelling, padding and absence of metadata. */
  private static boolean isCanonical(Layout layout, byte[] header) {
    byte[] canonical = Safetensors.canonicalHeader(layout);
    return Arrays.equals(
        canonical, Safetensors.LENGTH_BYTES, canonical.length, header, 0, header.length);
  }

  private static Layout layout(List<Entry> entries) {
    try {
      return Layout.of(entries.stream().map(Entry::tensor).toList());
    } catch (FederationException e) {
      throw new FederationException(ErrorKind.CORRUPT, WHAT + ": " + e.sentence(), e);
    }
  }

  private static SortedMap<String, String> metadata(JsonValue json) {
    SortedMap<String, String> metadata = new TreeMap<>();
    if (!(json instanceof JsonObject object)) {
      throw corrupt(TensorSpec.METADATA_KEY + " is no object", "an object of texts");
    }
    object
        .fields()
        .forEach(
            (key, value) -> {
              if (!(value instanceof JsonString text)) {
                throw corrupt("metadata " + Quoted.of(key) + " is no text", "texts");
              }
              metadata.put(key, text.value());
            });
    return metadata;
  }

  private static Entry entry(String name, JsonValue json) {
    String what = WHAT + ": tensor " + Quoted.of(name);
    try {
      if (!(json instanceof JsonObject object) || object.fields().size() != 3) {
        throw corrupt("other fields", "dtype, shape and data_offsets");
      }
      DType dtype = DType.of(dtypeToken(object));
      List<Long> shape = Layout.sizes(field(object, "shape"));
      List<Long> offsets = Layout.sizes(field(object, "data_offsets"));
      var tensor = new TensorSpec(name, dtype, shape);
      checkOffsets(tensor, offsets);
      return new Entry(tensor, offsets.get(0), offsets.get(1));
    } catch (FederationException e) {
      throw new FederationException(ErrorKind.CORRUPT, what + ": " + e.sentence(), e);
    }
  }

  private static JsonValue field(JsonObject object, String key) {
    return object.find(key).orElseThrow(() -> corrupt("no " + key, "dtype, shape, data_offsets"));
  }

  private static String dtypeToken(JsonObject object) {
    if (field(object, "dtype") instanceof JsonString text) {
      return text.value();
    }
    throw corrupt("dtype is no text", "a text");
  }

  private static void checkOffsets(TensorSpec tensor, List<Long> offsets) {
    if (offsets.size() != 2) {
      throw corrupt(offsets.size() + " data_offsets", "begin and end");
    }
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (begin < 0 || end < begin) {
      throw corrupt("data_offsets " + offsets, "0 <= begin <= end");
    }
    if (end - begin != tensor.bytes()) {
      throw corrupt(
          (end - begin) + " bytes for " + tensor.form(), tensor.bytes() + " bytes, shape × dtype");
    }
  }

  /**
   * Sorted by begin, each range must start where the one before it ends, and the last at the end.
   */
  private static void checkRanges(List<Entry> entries, long dataBytes) {
    long covered = 0;
    List<Entry> sorted =
        entries.stream()
            .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
            .toList();
    for (Entry entry : sorted) {
      if (entry.end() > dataBytes) {
        throw corrupt(
            "tensor "
                + Quoted.of(entry.tensor().name())
                + " ends at data byte "
                + entry.end()
                + " of "
                + dataBytes
                + ": truncated, or offsets point outside",
            "all data in the file");
      }
      if (entry.begin() != covered) {
        String found = entry.begin() < covered ? "overlaps the one before" : "follows a hole";
        throw corrupt(
            "tensor " + Quoted.of(entry.tensor().name()) + " " + found, "data without gaps");
      }
      covered = entry.end();
    }
    if (covered != dataBytes) {
      throw corrupt((dataBytes - covered) + " bytes after the last tensor", "nothing after it");
    }
  }

  private static FederationException corrupt(String found, String rule) {
    return FederationException.of(
        ErrorKind.CORRUPT, WHAT, found, rule, "Fetch or write the file again.");
  }
}
