package io.tributary.aggregation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A case of the golden set: tensors that NumPy computed, with the tolerance that it states. */
public final class Golden {
  private final ByteSource tensors;
  private final SafetensorsHeader header;
  private final JsonObject facts;

  private Golden(String name) throws IOException {
    String folder = "/golden/" + name + "/case.";
    try (var file = Golden.class.getResourceAsStream(folder + "safetensors");
        var json = Golden.class.getResourceAsStream(folder + "json")) {
      tensors = ByteSource.of(file.readAllBytes());
      String text = new String(json.readAllBytes(), StandardCharsets.UTF_8);
      facts = (JsonObject) JsonReader.read(text);
    }
    header = Safetensors.read(tensors);
  }

  public static Golden of(String name) {
    try {
      return new Golden(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A number of the case, at a path of keys. */
  public double number(String... path) {
    JsonValue value = facts;
    for (String key : path) {
      value = ((JsonObject) value).find(key).orElseThrow();
    }
    return ((JsonNumber) value).value().doubleValue();
  }

  public List<Long> shape(String tensor) {
    return header.layout().find(tensor).orElseThrow().shape();
  }

  public double[] doubles(String tensor) {
    assertEquals(DType.F64, header.layout().find(tensor).orElseThrow().dtype());
    ByteBuffer bytes = bytes(tensor);
    double[] result = new double[bytes.remaining() / Double.BYTES];
    bytes.asDoubleBuffer().get(result);
    return result;
  }

  public long[] longs(String tensor) {
    ByteBuffer bytes = bytes(tensor);
    long[] result = new long[bytes.remaining() / Long.BYTES];
    bytes.asLongBuffer().get(result);
    return result;
  }

  /** One row of a matrix, counted from 0. */
  public double[] row(String tensor, int row) {
    int columns = Math.toIntExact(shape(tensor).get(1));
    return Arrays.copyOfRange(doubles(tensor), row * columns, (row + 1) * columns);
  }

  public void assertClose(String tensor, double[] actual) {
    assertClose(tensor, doubles(tensor), actual);
  }

  public void assertClose(String what, double[] expected, double[] actual) {
    double absolute = number("tolerance", "atol");
    double relative = number("tolerance", "rtol");
    assertEquals(expected.length, actual.length, what);
    for (int i = 0; i < expected.length; i++) {
      double tolerance = absolute + relative * Math.abs(expected[i]);
      assertEquals(expected[i], actual[i], tolerance, what + " at " + i);
    }
  }

  private ByteBuffer bytes(String tensor) {
    int size = (int) header.layout().find(tensor).orElseThrow().bytes();
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    try {
      tensors.read(header.position(tensor), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.flip();
  }
}
