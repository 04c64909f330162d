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

  /**
   * The nearest number of 16 bits, the even one of two; what is too large is refused.
   *
   * @param dtype F16 or BF16
   * @param name of the tensor, for messages
   */
  static short narrow(DType dtype, float value, String name) {
    short bits = dtype == DType.F16 ? toHalf(value) : toBrain(value);
    float back = dtype == DType.F16 ? half(bits) : Float.intBitsToFloat(bits << 16);
    if (Float.isFinite(value) != Float.isFinite(back)) {
      throw FederationException.of(
          ErrorKind.INVALID_DATA,
          "weights, " + name,
          value,
          "within the range of " + dtype.token(),
          "Write them as bf16 or f32.");
    }
    return bits;
  }

  private static short toBrain(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  private static short toHalf(float value) {
    int sign = (Float.floatToRawIntBits(value) >>> 16) & 0x8000;
    double size = Math.abs((double) value);
    if (Float.isNaN(value)) {
      return (short) (sign | 0x7e00);
    }
    if (size >= 65_520) {
      return (short) (sign | 0x7c00);
    }
    // steps of 2^-24 below 2^-14, else 2^-10 of the leading power of two
    int exponent = Math.max(Math.getExponent(size), -14);
    long steps = (long) Math.rint(Math.scalb(size, 10 - exponent));
    return (short) (sign | (((long) (exponent + 14) << 10) + steps));
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
