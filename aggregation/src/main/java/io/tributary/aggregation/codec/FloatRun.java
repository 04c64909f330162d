package io.tributary.aggregation.codec;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The float32 numbers of a group: its tensors one after the other in canonical order. Gives the
 * same numbers each time; for one thread.
 */
@FunctionalInterface
public interface FloatRun {
  /**
   * Gives numbers that follow each other.
   *
   * @param first of all the group's elements
   * @param into takes them from index 0 on
   * @param count at least 1
   */
  void read(long first, float[] into, int count) throws IOException;

  /** The numbers of a canonical file of F32 tensors. */
  static FloatRun of(ByteSource file, Layout layout) {
    requireNonNull(file, "file");
    long start = Safetensors.canonicalHeader(layout).length;
    ByteBuffer bytes =
        ByteBuffer.allocate(Coding.PIECE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return (first, into, count) -> {
      for (int done = 0; done < count; done += Coding.PIECE) {
        int part = Math.min(Coding.PIECE, count - done);
        bytes.clear().limit(part * Float.BYTES);
        file.read(start + (first + done) * Float.BYTES, bytes);
        bytes.flip().asFloatBuffer().get(into, done, part);
      }
    };
  }

  /** These numbers, each plus the one that lies there in another run, rounded to float32. */
  default FloatRun plus(FloatRun other) {
    float[] others = new float[Coding.PIECE];
    return (first, into, count) -> {
      read(first, into, count);
      for (int done = 0; done < count; done += Coding.PIECE) {
        int part = Math.min(Coding.PIECE, count - done);
        other.read(first + done, others, part);
        for (int i = 0; i < part; i++) {
          into[done + i] += others[i];
        }
      }
    };
  }
}
