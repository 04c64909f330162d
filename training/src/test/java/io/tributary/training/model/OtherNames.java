package io.tributary.training.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Safetensors files whose tensors have other names; the data stay where they are. */
final class OtherNames {
  private OtherNames() {}

  /** Copies a file. */
  static void copy(Path from, Path to, UnaryOperator<String> naming) throws IOException {
    byte[] bytes = Files.readAllBytes(from);
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    var header = (JsonObject) JsonReader.read(new String(bytes, Long.BYTES, length, UTF_8));
    Map<String, JsonValue> named = new TreeMap<>();
    header.fields().forEach((name, spec) -> named.put(naming.apply(name), spec));
    byte[] data = Arrays.copyOfRange(bytes, Long.BYTES + length, bytes.length);
    write(to, JsonValue.object(named), data, new byte[0]);
  }

  /**
   * Copies a file with one of its tensors a second time, as a language model's head.
   *
   * @param more what the last of its numbers is larger by
   */
  static void copyTwice(Path from, Path to, String tensor, float more) throws IOException {
    byte[] bytes = Files.readAllBytes(from);
    SafetensorsHeader header = Safetensors.read(ByteSource.of(bytes));
    TensorSpec spec = header.layout().find(tensor).orElseThrow();
    int start = (int) header.position(tensor);
    byte[] copy = Arrays.copyOfRange(bytes, start, start + (int) spec.bytes());
    ByteBuffer values = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
    int last = copy.length - Float.BYTES;
    values.putFloat(last, values.getFloat(last) + more);
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] data = Arrays.copyOfRange(bytes, Long.BYTES + length, bytes.length);
    var json = (JsonObject) JsonReader.read(new String(bytes, Long.BYTES, length, UTF_8));
    Map<String, JsonValue> both = new TreeMap<>(json.fields());
    String offsets = "[" + data.length + "," + (data.length + copy.length) + "]";
    String second = "{\"dtype\":\"F32\",\"shape\":" + spec.shape() + ",\"data_offsets\":" + offsets;
    both.put("lm_head.weight", JsonReader.read(second + "}"));
    write(to, JsonValue.object(both), data, copy);
  }

  private static void write(Path to, JsonObject header, byte[] data, byte[] more)
      throws IOException {
    byte[] text = header.canonical().getBytes(UTF_8);
    ByteBuffer out =
        ByteBuffer.allocate(Long.BYTES + text.length + data.length + more.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    Files.write(to, out.putLong(text.length).put(text).put(data).put(more).array());
  }
}
