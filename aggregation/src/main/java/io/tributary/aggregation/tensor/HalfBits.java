package io.tributary.aggregation.tensor;

/**
 * float32 and its two forms of 16 bits; JDK 17 knows neither. Narrowing rounds to the nearest, of
 * two to the even one; what is too large becomes infinite.
 */
public final class HalfBits {
  private static final int EXPONENT_SHIFT = 13;
  private static final int EXPONENT_BIAS = (127 - 15) << 23;

  /** 2^-14, the smallest normal binary16, as bits of a float32. */
  private static final int LEAST_NORMAL = (127 - 14) << 23;

  private HalfBits() {}

  /** Bits of the nearest bfloat16. */
  public static short toBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /** A bfloat16, exactly. */
  public static float ofBf16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** Bits of the nearest IEEE 754 binary16. */
  public static short toF16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int size = bits & 0x7fffffff;
    if (Float.isNaN(value)) {
      return (short) (sign | 0x7e00);
    }
    if (size < LEAST_NORMAL) {
      // beside 0.5 a float32 has steps of 2^-24, those of a subnormal binary16
      int half = Float.floatToRawIntBits(0.5f);
      return (short) (sign | (Float.floatToRawIntBits(Float.intBitsToFloat(size) + 0.5f) - half));
    }
    int rounded =
        (size + 0xfff + ((size >>> EXPONENT_SHIFT) & 1) - EXPONENT_BIAS) >>> EXPONENT_SHIFT;
    return (short) (sign | Math.min(rounded, 0x7c00));
  }

  /** An IEEE 754 binary16, exactly. */
  public static float ofF16(short bits) {
    int sign = (bits & 0x8000) << 16;
    int rest = (bits & 0x7fff) << EXPONENT_SHIFT;
    int exponent = rest & 0x0f800000;
    if (exponent == 0x0f800000) {
      return Float.intBitsToFloat(sign | 0x7f800000 | (rest & 0x007fffff));
    }
    if (exponent == 0) {
      // a subnormal binary16 is its bits times 2^-24
      float value = (bits & 0x3ff) * 0x1p-24f;
      return sign == 0 ? value : -value;
    }
    return Float.intBitsToFloat(sign | (rest + EXPONENT_BIAS));
  }
}
