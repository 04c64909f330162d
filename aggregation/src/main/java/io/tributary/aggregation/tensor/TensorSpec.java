package io.tributary.aggregation.tensor;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.List;

/**
 * The name, type and shape of one tensor.
 *
 * @param name 1 to {@value #LONGEST_NAME} characters, none of them a control character or half a
 *     surrogate pair, so that its UTF-8 bytes name it
 * @param shape at most {@value #MOST_DIMENSIONS} sizes, each at least 0; empty for a scalar
 */
public record TensorSpec(String name, DType dtype, List<Long> shape) {
  static final int LONGEST_NAME = 1024;
  static final int MOST_DIMENSIONS = 16;
  static final String METADATA_KEY = "__metadata__";

  /** The most bytes that one group of tensors may have: 1 EiB, so that sums can't overflow. */
  static final long MOST_BYTES = 1L << 60;

  public TensorSpec {
    checkName(requireNonNull(name, "name"));
    requireNonNull(dtype, "dtype");
    shape = List.copyOf(shape);
    checkShape(name, dtype, shape);
  }

  /** How many elements it has; 1 for a scalar. */
  public long elements() {
    long elements = 1;
    for (long size : shape) {
      elements *= size;
    }
    return elements;
  }

  /** How many bytes its elements take. */
  public long bytes() {
    return elements() * dtype.bytes();
  }

  /** {@code F32[2,3]}, for messages. */
  public String form() {
    return dtype.token() + shape.toString().replace(" ", "");
  }

  private static void checkName(String name) {
    boolean sound = !name.isEmpty() && name.length() <= LONGEST_NAME && !name.equals(METADATA_KEY);
    if (!sound || name.codePoints().anyMatch(TensorSpec::unfitForNames)) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "tensor name",
          Quoted.of(name),
          "1 to " + LONGEST_NAME + " printable characters, not " + METADATA_KEY,
          "Rename the tensor.");
    }
  }

  private static boolean unfitForNames(int codePoint) {
    return Character.isISOControl(codePoint)
        || (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
  }

  /** Zeros do not excuse the other sizes: {@code [2^60, 2^60, 0]} is absurd too. */
  private static void checkShape(String name, DType dtype, List<Long> shape) {
    long bytes = dtype.bytes();
    boolean sound = shape.size() <= MOST_DIMENSIONS;
    for (long size : shape) {
      sound = sound && size >= 0 && size <= MOST_BYTES / bytes;
      bytes *= sound ? Math.max(size, 1) : 1;
    }
    if (!sound) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "shape of tensor " + Quoted.of(name),
          abbreviated(shape),
          "at most " + MOST_DIMENSIONS + " sizes from 0, at most 2^60 bytes together",
          "Check what wrote it.");
    }
  }

  private static String abbreviated(List<Long> shape) {
    return shape.size() <= MOST_DIMENSIONS ? shape.toString() : shape.size() + " sizes";
  }
}
