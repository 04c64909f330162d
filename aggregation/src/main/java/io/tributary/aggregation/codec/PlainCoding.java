package io.tributary.aggregation.codec;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** float32 as it is. */
final class PlainCoding extends Coding {
  PlainCoding(Layout layout) {
    super(layout, layout);
  }

  @Override
  public String codec() {
    return AS_THEY_ARE;
  }

  @Override
  public Digest digest() {
    return layout().digest();
  }

  @Override
  public ByteSource decode(ByteSource file) {
    return file;
  }

  @Override
  void write(FloatRun values, ByteSink sink) throws IOException {
    float[] floats = new float[PIECE];
    ByteBuffer bytes = ByteBuffer.allocate(PIECE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long first = 0; first < elements(); first += PIECE) {
      int count = (int) Math.min(PIECE, elements() - first);
      values.read(first, floats, count);
      requireFinite(floats, count, first);
      bytes.clear().limit(count * Float.BYTES);
      bytes.asFloatBuffer().put(floats, 0, count);
      sink.write(bytes);
    }
  }

  @Override
  void read(ByteSource file, long first, int count, float[] into) throws IOException {
    FloatRun.of(file, layout()).read(first, into, count);
  }
}
