package io.tributary.training.model.onnx;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The fields of one protobuf message within a file, read one after the other (the wire format of
 * protobuf.dev/programming-guides/encoding). Lengths are checked against the message before
 * anything is taken; groups, which proto3 does not write, are refused. Confined to one thread.
 */
final class WireReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  private static final int WINDOW = 1 << 14;
  private static final int LONGEST_TEXT = 1 << 12;

  private final ByteSource source;
  private final long end;
  private final ByteBuffer window;
  private long windowStart;
  private long position;
  private int field;
  private int wireType;
  private long value;

  WireReader(ByteSource source, long start, long end) {
    this.source = source;
    this.end = end;
    this.position = start;
    this.windowStart = start;
    int size = (int) Math.min(WINDOW, end - start);
    this.window = ByteBuffer.allocate(size).limit(0);
  }

  /** A part of the file: where the bytes of a field lie. */
  record Range(long position, long length) {
    long end() {
      return position + length;
    }
  }

  /**
   * Goes to the next field; its value is a number, or the range that {@link #range} tells and that
   * is then skipped.
   */
  boolean next() throws IOException {
    if (position >= end) {
      return false;
    }
    long tag = varint();
    field = (int) Math.min(tag >>> 3, Integer.MAX_VALUE);
    wireType = (int) (tag & 7);
    if (field == 0 || tag >>> 32 != 0) {
      throw corrupt("field number " + (tag >>> 3), "1 to 536870911");
    }
    switch (wireType) {
      case VARINT -> value = varint();
      case FIXED64 -> value = fixed(Long.BYTES);
      case FIXED32 -> value = fixed(Integer.BYTES);
      case BYTES -> skipBytes();
      default -> throw corrupt("wire type " + wireType, "0, 1, 2 or 5");
    }
    return true;
  }

  int field() {
    return field;
  }

  boolean is(int number, int type) {
    return field == number && wireType == type;
  }

  /** The number that the field holds. */
  long number() {
    return value;
  }

  /** Where the bytes of the field lie. */
  Range range() {
    return new Range(position - value, value);
  }

  /** The message that the field holds. */
  WireReader message() {
    return new WireReader(source, position - value, position);
  }

  /** The text that the field holds. */
  String text() throws IOException {
    if (value > LONGEST_TEXT) {
      throw corrupt("a text of " + value + " bytes", "at most " + LONGEST_TEXT);
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) value);
    source.read(position - value, bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new FederationException(
          ErrorKind.CORRUPT, "ONNX file: broken UTF-8 in a name (expected: UTF-8).", e);
    }
  }

  /** A packed list of varints, at most so many. */
  long[] packed(int most) throws IOException {
    WireReader list = message();
    long[] numbers = new long[most];
    int count = 0;
    while (list.position < list.end) {
      if (count == most) {
        throw corrupt("a list of more than " + most, "at most " + most + " numbers");
      }
      numbers[count++] = list.varint();
    }
    return Arrays.copyOf(numbers, count);
  }

  private void skipBytes() throws IOException {
    long length = varint();
    if (length < 0 || length > end - position) {
      throw corrupt(
          "a field of " + Long.toUnsignedString(length) + " bytes",
          "at most the " + (end - position) + " that are left");
    }
    position += length;
    value = length;
  }

  private long varint() throws IOException {
    long result = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = octet();
      result |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        return result;
      }
    }
    throw corrupt("a varint of more than 10 bytes", "at most 10");
  }

  private long fixed(int bytes) throws IOException {
    long result = 0;
    for (int i = 0; i < bytes; i++) {
      result |= (long) octet() << (8 * i);
    }
    return result;
  }

  private int octet() throws IOException {
    if (position >= end) {
      throw corrupt("end of the message", "more bytes");
    }
    long at = position - windowStart;
    if (at < 0 || at >= window.limit()) {
      window.clear().limit((int) Math.min(window.capacity(), end - position));
      source.read(position, window);
      window.flip();
      windowStart = position;
      at = 0;
    }
    position++;
    return window.get((int) at) & 0xff;
  }

  private FederationException corrupt(String found, String rule) {
    return FederationException.of(
        ErrorKind.CORRUPT, "ONNX file at byte " + position, found, rule, "Fetch the file again.");
  }
}
