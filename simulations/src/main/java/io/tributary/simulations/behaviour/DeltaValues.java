package io.tributary.simulations.behaviour;

import io.tributary.simulations.engine.MadeUpdate;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** The float32 values of an update's delta, behind the header of its canonical file. */
final class DeltaValues {
  private DeltaValues() {}

  static float[] read(MadeUpdate update) {
    FloatBuffer values = values(update.delta().bytes());
    float[] read = new float[values.remaining()];
    values.get(read);
    return read;
  }

  /** The same update with other values. */
  static MadeUpdate write(MadeUpdate update, float[] values) {
    byte[] bytes = update.delta().bytes().clone();
    values(bytes).put(values);
    return update.withDelta(bytes);
  }

  /** A safetensors file begins with the length of its header, eight bytes, little-endian. */
  private static FloatBuffer values(byte[] bytes) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int header = Long.BYTES + Math.toIntExact(file.getLong(0));
    return file.position(header).slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }
}
