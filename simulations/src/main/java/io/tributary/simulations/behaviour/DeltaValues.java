package io.tributary.simulations.behaviour;

import io.tributary.aggregation.codec.Coding;
import io.tributary.aggregation.codec.FloatRun;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.simulations.engine.LocalTask;
import io.tributary.simulations.engine.MadeUpdate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.List;

/**
 * The float32 values of an update's delta, behind the header of its canonical file; through the
 * codec where the plan has one.
 */
final class DeltaValues {
  private DeltaValues() {}

  static float[] read(MadeUpdate update, LocalTask task) {
    FloatBuffer values = values(plain(update, task));
    float[] read = new float[values.remaining()];
    values.get(read);
    return read;
  }

  /** The same update with other values. */
  static MadeUpdate write(MadeUpdate update, float[] values, LocalTask task) {
    byte[] bytes = plain(update, task).clone();
    values(bytes).put(values);
    return update.withDelta(isCompressed(task) ? encoded(bytes, task) : bytes);
  }

  /** The values that the task's checkpoint has where an update has its delta. */
  static float[] present(LocalTask task) {
    try {
      FloatBuffer values = values(Files.readAllBytes(task.trained()));
      float[] read = new float[values.remaining()];
      values.get(read);
      return read;
    } catch (IOException e) {
      throw unreadable(task, e);
    }
  }

  /** How many values each of its tensors has, in their order. */
  static List<Integer> tensors(LocalTask task) {
    return trained(task).tensors().stream()
        .map(tensor -> Math.toIntExact(tensor.elements()))
        .toList();
  }

  private static boolean isCompressed(LocalTask task) {
    return !task.plan().federation().compression().isNone();
  }

  private static byte[] plain(MadeUpdate update, LocalTask task) {
    byte[] sent = update.delta().bytes();
    if (!isCompressed(task)) {
      return sent;
    }
    try (ByteSource decoded = coding(task).decode(ByteSource.of(sent))) {
      byte[] bytes = new byte[Math.toIntExact(decoded.size())];
      decoded.read(0, ByteBuffer.wrap(bytes));
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory", e);
    }
  }

  private static byte[] encoded(byte[] plain, LocalTask task) {
    Coding coding = coding(task).ofDecoded();
    var out = new ByteArrayOutputStream();
    try {
      coding.encode(
          FloatRun.of(ByteSource.of(plain), coding.layout()),
          ByteSink.of(Channels.newChannel(out)));
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory", e);
    }
  }

  /** Deltas have the layout of the checkpoint's trained tensors. */
  private static Coding coding(LocalTask task) {
    return Coding.ofDelta(task.plan(), trained(task), task.offer().id());
  }

  private static Layout trained(LocalTask task) {
    try (FileChannel trained = FileChannel.open(task.trained())) {
      return Safetensors.read(ByteSource.of(trained)).layout();
    } catch (IOException e) {
      throw unreadable(task, e);
    }
  }

  private static UncheckedIOException unreadable(LocalTask task, IOException failure) {
    return new UncheckedIOException("checkpoint " + task.trained(), failure);
  }

  /** A safetensors file begins with the length of its header, eight bytes, little-endian. */
  private static FloatBuffer values(byte[] bytes) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int header = Long.BYTES + Math.toIntExact(file.getLong(0));
    return file.position(header).slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }
}
