package io.tributary.aggregation.tensor;

import io.tributary.federation.json.JsonValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The safetensors format: 8 bytes length of the header (little-endian), the header in JSON, the
 * data. The canonical form has names and data in the order of the names' UTF-8 bytes, no spaces in
 * the header but those that pad it to a multiple of 8, the keys of an entry in the order dtype,
 * shape, data_offsets, and no metadata; a layout has one canonical header.
 *
 * <p>Source: <a href="https://github.com/huggingface/safetensors#format">the format's
 * description</a>.
 */
public final class Safetensors {
  /** The longest header that is read: some hundred thousand tensors. */
  public static final int LONGEST_HEADER_BYTES = 16 << 20;

  static final int LENGTH_BYTES = 8;

  private Safetensors() {}

  /**
   * Reads and checks a header of at most {@value #LONGEST_HEADER_BYTES} bytes. Made for hostile
   * files: refuses with kind CORRUPT whatever is not sound, before memory is taken for it.
   */
  public static SafetensorsHeader read(ByteSource source) throws IOException {
    return read(source, LONGEST_HEADER_BYTES);
  }

  /** As {@link #read(ByteSource)} with an own limit, for files whose header is known. */
  public static SafetensorsHeader read(ByteSource source, int longestHeaderBytes)
      throws IOException {
    return HeaderReader.read(source, longestHeaderBytes);
  }

  /** The head of the canonical file of this layout: length and padded JSON. */
  public static byte[] canonicalHeader(Layout layout) {
    return layout.header(() -> header(layout, Map.of())).clone();
  }

  /** As {@link #canonicalHeader} with metadata before the tensors, for exports. */
  public static byte[] header(Layout layout, Map<String, String> metadata) {
    var json = new StringBuilder("{");
    if (!metadata.isEmpty()) {
      SortedMap<String, JsonValue> texts = new TreeMap<>();
      metadata.forEach((key, value) -> texts.put(key, JsonValue.of(value)));
      json.append('"').append(TensorSpec.METADATA_KEY).append("\":");
      json.append(JsonValue.object(texts).canonical());
      json.append(layout.tensors().isEmpty() ? "" : ",");
    }
    appendTensors(json, layout);
    return framed(json.append('}').toString());
  }

  /** How many bytes the canonical file of this layout has. */
  public static long canonicalSize(Layout layout) {
    return canonicalHeader(layout).length + layout.dataBytes();
  }

  /**
   * Whether the file starts with the canonical header of this layout; its size is not looked at.
   */
  public static boolean startsCanonically(ByteSource source, Layout layout) throws IOException {
    byte[] expected = canonicalHeader(layout);
    if (source.size() < expected.length) {
      return false;
    }
    byte[] actual = new byte[expected.length];
    source.read(0, ByteBuffer.wrap(actual));
    return Arrays.equals(expected, actual);
  }

  private static void appendTensors(StringBuilder json, Layout layout) {
    long begin = 0;
    String separator = "";
    for (TensorSpec tensor : layout.tensors()) {
      long end = begin + tensor.bytes();
      json.append(separator).append(JsonValue.of(tensor.name()).canonical());
      json.append(":{\"dtype\":\"").append(tensor.dtype().token());
      json.append("\",\"shape\":").append(tensor.shape().toString().replace(" ", ""));
      json.append(",\"data_offsets\":[").append(begin).append(',').append(end).append("]}");
      separator = ",";
      begin = end;
    }
  }

  private static byte[] framed(String json) {
    byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
    int padded = Math.addExact(utf8.length, 7) & -8;
    ByteBuffer out =
        ByteBuffer.allocate(Math.addExact(LENGTH_BYTES, padded)).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(padded).put(utf8);
    while (out.hasRemaining()) {
      out.put((byte) ' ');
    }
    return out.array();
  }
}
