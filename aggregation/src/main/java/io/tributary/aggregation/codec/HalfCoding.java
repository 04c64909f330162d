package io.tributary.aggregation.codec;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.HalfBits;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;

/**
 * Each number in 16 bits, rounded to the nearest, of two the even one: the same tensors in another
 * type. Relative error of a number at most 2^-8 (bf16) or 2^-11 (f16, from 2^-14 on; below it the
 * absolute error is at most 2^-25). What f16 can't hold is refused.
 */
final class HalfCoding extends Coding {
  private final DType dtype;

  HalfCoding(Layout layout, DType dtype) {
    super(layout, narrowed(layout, dtype));
    this.dtype = dtype;
  }

  private static Layout narrowed(Layout layout, DType dtype) {
    return Layout.of(
        layout.tensors().stream().map(t -> new TensorSpec(t.name(), dtype, t.shape())).toList());
  }

  @Override
  public String codec() {
    return dtype == DType.BF16 ? "bf16" : "f16";
  }

  @Override
  void write(FloatRun values, ByteSink sink) throws IOException {
    float[] floats = new float[PIECE];
    short[] shorts = new short[PIECE];
    ByteBuffer bytes = buffer(PIECE);
    for (long first = 0; first < elements(); first += PIECE) {
      int count = (int) Math.min(PIECE, elements() - first);
      values.read(first, floats, count);
      requireFinite(floats, count, first);
      for (int i = 0; i < count; i++) {
        shorts[i] = dtype == DType.BF16 ? HalfBits.toBf16(floats[i]) : HalfBits.toF16(floats[i]);
      }
      requireHeld(floats, shorts, count, first);
      bytes.clear().limit(count * Short.BYTES);
      bytes.asShortBuffer().put(shorts, 0, count);
      sink.write(bytes);
    }
  }

  /** Numbers that round to infinity are refused: nothing is cut off in silence. */
  private void requireHeld(float[] floats, short[] shorts, int count, long first) {
    int infinite = dtype == DType.BF16 ? 0x7f80 : 0x7c00;
    for (int i = 0; i < count; i++) {
      if ((shorts[i] & 0x7fff) >= infinite) {
        throw unfit(floats[i], first + i, "within the range of " + codec());
      }
    }
  }

  @Override
  void read(ByteSource file, long first, int count, float[] into) throws IOException {
    ByteBuffer bytes = buffer(count);
    file.read(Safetensors.canonicalHeader(encoded()).length + first * Short.BYTES, bytes);
    ShortBuffer shorts = bytes.flip().asShortBuffer();
    if (dtype == DType.BF16) {
      for (int i = 0; i < count; i++) {
        into[i] = HalfBits.ofBf16(shorts.get(i));
      }
    } else {
      for (int i = 0; i < count; i++) {
        into[i] = HalfBits.ofF16(shorts.get(i));
      }
    }
  }

  private static ByteBuffer buffer(int elements) {
    return ByteBuffer.allocate(elements * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }
}
