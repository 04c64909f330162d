package io.tributary.training.model;

import io.tributary.aggregation.tensor.DType;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.ByteBuffer;

/** Widens stored numbers to float32: float16 and bfloat16 exactly, float64 by rounding. */
final class HalfFloats {
  private static final int EXPONENT_SHIFT = 13;
  private static final int EXPONENT_BIAS = (127 - 15) << 23;

  private HalfFloats() {}

  static float widen(DType dtype, ByteBuffer from) {
    return switch (dtype) {
      case F32 -> from.getFloat();
      case F64 -> (float) from.getDouble();
      case BF16 -> Float.intBitsToFloat(from.getShort() << 16);
      case F16 -> half(from.getShort());
      default ->
          throw FederationException.of(
              ErrorKind.INVALID_DATA,
              "weights",
              dtype.token(),
              "F32, F16, BF16 or F64",
              "Export the model in one of them.");
    };
  }

  /** IEEE 754 binary16 to binary32; JDK 17 has no such method. */
  static float half(short bits) {
    int sign = (bits & 0x8000) << 16;
    int rest = (bits & 0x7fff) << EXPONENT_SHIFT;
    int exponent = rest & 0x0f800000;
    if (exponent == 0x0f800000) {
      return Float.intBitsToFloat(sign | 0x7f800000 | (rest & 0x007fffff));
    }
    if (exponent == 0) {
      // a subnormal half is its bits times 2^-24
      float value = (bits & 0x3ff) * 0x1p-24f;
      return sign == 0 ? value : -value;
    }
    return Float.intBitsToFloat(sign | (rest + EXPONENT_BIAS));
  }
}
