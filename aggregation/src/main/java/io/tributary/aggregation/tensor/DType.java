package io.tributary.aggregation.tensor;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The type of a tensor's elements, little-endian, with the names that safetensors uses. */
public enum DType {
  /** IEEE 754 binary64. */
  F64(8),
  /** IEEE 754 binary32. */
  F32(4),
  /** IEEE 754 binary16. */
  F16(2),
  /** The upper half of a binary32. */
  BF16(2),
  /** Signed 64-bit integer. */
  I64(8),
  /** Signed 32-bit integer. */
  I32(4),
  /** Signed 16-bit integer. */
  I16(2),
  /** Signed 8-bit integer. */
  I8(1),
  /** Unsigned 8-bit integer. */
  U8(1),
  /** One byte, 0 or 1. */
  BOOL(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** The size of one element. */
  public int bytes() {
    return bytes;
  }

  /** The name in a safetensors header. */
  public String token() {
    return name();
  }

  /** Reads the name in a safetensors header. */
  public static DType of(String token) {
    return Arrays.stream(values())
        .filter(dtype -> dtype.token().equals(token))
        .findFirst()
        .orElseThrow(
            () ->
                FederationException.of(
                    ErrorKind.INVALID_ARGUMENT,
                    "dtype",
                    Quoted.of(token),
                    "one of " + tokens(),
                    "Convert the tensor."));
  }

  private static String tokens() {
    return Arrays.stream(values()).map(DType::token).collect(Collectors.joining(", "));
  }
}
