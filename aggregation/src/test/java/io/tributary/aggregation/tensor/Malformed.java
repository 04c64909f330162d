package io.tributary.aggregation.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Files with any header that a test wishes. */
final class Malformed {
  private Malformed() {}

  /** The header as it stands, then so many zero bytes. */
  static byte[] file(String json, int dataBytes) {
    byte[] utf8 = json.getBytes(UTF_8);
    return framed(utf8.length, utf8, dataBytes);
  }

  static byte[] framed(long length, byte[] header, int dataBytes) {
    return ByteBuffer.allocate(8 + header.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(header)
        .array();
  }

  /** A file with one tensor {@code a}, described by this text. */
  static byte[] tensor(String entry, int dataBytes) {
    return file("{\"a\":" + entry + "}", dataBytes);
  }

  /** A file with one tensor {@code a}, of these words. */
  static byte[] tensor(String dtype, String shape, String offsets, int dataBytes) {
    return tensor(
        "{\"dtype\":" + dtype + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}",
        dataBytes);
  }
}
