package io.tributary.training.model;

import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.HalfBits;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.ByteBuffer;

/** Widens stored numbers to float32: float16 and bfloat16 exactly, float64 by rounding. */
final class HalfFloats {
  private HalfFloats() {}

  static float widen(DType dtype, ByteBuffer from) {
    return switch (dtype) {
      case F32 -> from.getFloat();
      case F64 -> (float) from.getDouble();
      case BF16 -> HalfBits.ofBf16(from.getShort());
      case F16 -> HalfBits.ofF16(from.getShort());
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
    short bits = dtype == DType.F16 ? HalfBits.toF16(value) : HalfBits.toBf16(value);
    float back = dtype == DType.F16 ? HalfBits.ofF16(bits) : HalfBits.ofBf16(bits);
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
}
