package io.tributary.coordinator;

import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.coordinator.ScriptedUpdate.Fault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Spoils the bytes of an update; all but TOO_BIG keep the size that the assignment asks for. */
final class ScriptedFault {
  private ScriptedFault() {}

  static byte[] spoil(byte[] right, Layout layout, Fault fault) {
    int size = right.length;
    return switch (fault) {
      case NOT_A_NUMBER -> ScriptedUpdate.file(layout, Float.NaN);
      case ONE_INFINITE -> lastValue(right, Float.POSITIVE_INFINITY);
      case HUGE_NUMBERS -> ScriptedUpdate.file(layout, 3e38f);
      case LARGE_NUMBERS -> ScriptedUpdate.file(layout, 1e6f);
      case TOO_BIG -> Arrays.copyOf(right, size + 4);
      case OTHER_LAYOUT_INSIDE -> sized(renamed(layout), size);
      case TRANSPOSED_INSIDE -> sized(each(layout, t -> spec(t, t.dtype(), reversed(t))), size);
      case OTHER_SHAPE_INSIDE -> sized(oneMore(layout), size);
      case ONE_ELEMENT_SHAPES -> sized(each(layout, t -> spec(t, t.dtype(), List.of(1L))), size);
      case OTHER_TYPE_INSIDE -> sized(each(layout, t -> spec(t, DType.I32, t.shape())), size);
      case GARBAGE -> garbage(size);
      case ABSURD_HEADER_SIZE -> headerSize(right, Long.MAX_VALUE);
      case OVERLAPPING_OFFSETS -> header(right, ScriptedFault::startsAtZero);
      case DUPLICATE_NAMES -> header(right, ScriptedFault::firstNameTwice);
      default -> right;
    };
  }

  private static Layout renamed(Layout layout) {
    return each(
        layout,
        t ->
            new TensorSpec(
                (char) (t.name().charAt(0) + 1) + t.name().substring(1), t.dtype(), t.shape()));
  }

  /** 11 instead of 10: the first dimension of the first tensor is one larger. */
  private static Layout oneMore(Layout layout) {
    String first = layout.tensors().get(0).name();
    return each(
        layout,
        t -> t.name().equals(first) ? spec(t, t.dtype(), List.of(t.shape().get(0) + 1)) : t);
  }

  private static List<Long> reversed(TensorSpec t) {
    List<Long> shape = new ArrayList<>(t.shape());
    Collections.reverse(shape);
    return shape;
  }

  private static TensorSpec spec(TensorSpec t, DType type, List<Long> shape) {
    return new TensorSpec(t.name(), type, shape);
  }

  private static Layout each(Layout layout, UnaryOperator<TensorSpec> change) {
    return Layout.of(layout.tensors().stream().map(change).toList());
  }

  private static byte[] sized(Layout layout, int size) {
    byte[] header = Safetensors.canonicalHeader(layout);
    return Arrays.copyOf(header, size);
  }

  private static byte[] lastValue(byte[] right, float value) {
    byte[] bytes = right.clone();
    little(bytes).putFloat(bytes.length - Float.BYTES, value);
    return bytes;
  }

  private static byte[] garbage(int size) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) 0xA7);
    return bytes;
  }

  private static byte[] headerSize(byte[] right, long size) {
    byte[] bytes = right.clone();
    little(bytes).putLong(0, size);
    return bytes;
  }

  /** Changes the text of the header and keeps its length. */
  private static byte[] header(byte[] right, UnaryOperator<String> change) {
    byte[] bytes = right.clone();
    int length = Math.toIntExact(little(bytes).getLong(0));
    String before = new String(bytes, Long.BYTES, length, StandardCharsets.UTF_8);
    String after = change.apply(before);
    if (after.equals(before) || after.length() != length) {
      throw new IllegalStateException("not changed in place: " + before + " to " + after);
    }
    System.arraycopy(after.getBytes(StandardCharsets.UTF_8), 0, bytes, Long.BYTES, length);
    return bytes;
  }

  /** The second tensor lies over the first; the text keeps its length. */
  private static String startsAtZero(String header) {
    return Pattern.compile("([1-9][0-9]*),([0-9]+)(?=\\],\"dtype|\\]\\})")
        .matcher(header)
        .replaceFirst(
            found -> {
              long bytes = Long.parseLong(found.group(2)) - Long.parseLong(found.group(1));
              String moved = "0," + bytes;
              return " ".repeat(found.group().length() - moved.length()) + moved;
            });
  }

  /** The second of two names of one length becomes the first. */
  private static String firstNameTwice(String header) {
    List<String> names =
        Pattern.compile("\"([^\"]+)\":\\{")
            .matcher(header)
            .results()
            .map(found -> found.group(1))
            .toList();
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        if (names.get(i).length() == names.get(j).length()) {
          return header.replace("\"" + names.get(j) + "\"", "\"" + names.get(i) + "\"");
        }
      }
    }
    throw new IllegalStateException("no two names of one length: " + header);
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
