package io.tributary.training.finetune;

import io.tributary.aggregation.codec.FloatRun;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.model.DigestingSink;
import io.tributary.training.model.Trainable;
import io.tributary.training.model.WrittenTensors;
import io.tributary.training.torch.Tensor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * Float32 tensors of one layout in a canonical file, read block by block; zeros where there is no
 * file. For one thread.
 */
final class FloatFile implements Closeable {
  static final int BLOCK = 64 << 10;

  /** Numbers of tensors by name, block by block. */
  @FunctionalInterface
  interface Values {
    /**
     * Gives numbers that follow each other.
     *
     * @param first of the tensor's elements
     * @param into takes them from index 0 on
     * @param count at most {@link #BLOCK}
     */
    void read(String tensor, long first, float[] into, int count) throws IOException;
  }

  /** What two numbers at the same place make. */
  @FunctionalInterface
  interface Join {
    float of(float one, float other);
  }

  private final Optional<ByteSource> source;
  private final Optional<SafetensorsHeader> header;
  private final ByteBuffer block = block();

  private FloatFile(Optional<ByteSource> source, Optional<SafetensorsHeader> header) {
    this.source = source;
    this.header = header;
  }

  /** Opens a file that must have exactly this layout, canonical, else CORRUPT. */
  static FloatFile open(Optional<Path> file, Layout layout) throws IOException {
    if (file.isEmpty()) {
      return new FloatFile(Optional.empty(), Optional.empty());
    }
    ByteSource source = ByteSource.of(FileChannel.open(file.get(), StandardOpenOption.READ));
    try {
      SafetensorsHeader header = Safetensors.read(source);
      if (!header.canonical() || !header.layout().equals(layout)) {
        throw FederationException.of(
            ErrorKind.CORRUPT,
            file.get().toString(),
            header.layout().tensors().size() + " tensors of another layout or form",
            "the " + layout.tensors().size() + " tensors that the plan trains, canonical",
            "Use the files of this run.");
      }
      return new FloatFile(Optional.of(source), Optional.of(header));
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /** As {@link Values#read}. */
  void read(String tensor, long first, float[] into, int count) throws IOException {
    if (source.isEmpty()) {
      Arrays.fill(into, 0, count, 0);
      return;
    }
    block.clear().limit(count * Float.BYTES);
    long position = header.orElseThrow().position(tensor);
    source.get().read(position + first * Float.BYTES, block);
    block.flip().asFloatBuffer().get(into, 0, count);
  }

  /** The numbers of all tensors, one after the other. */
  FloatRun run() {
    return source.isPresent()
        ? FloatRun.of(source.get(), header.orElseThrow().layout())
        : (first, into, count) -> Arrays.fill(into, 0, count, 0);
  }

  /** The numbers of this file, each joined with the one that lies there in another. */
  Values joined(FloatFile other, Join join) {
    float[] others = new float[BLOCK];
    return (tensor, first, into, count) -> {
      read(tensor, first, into, count);
      other.read(tensor, first, others, count);
      for (int i = 0; i < count; i++) {
        into[i] = join.of(into[i], others[i]);
      }
    };
  }

  @Override
  public void close() throws IOException {
    if (source.isPresent()) {
      source.get().close();
    }
  }

  /** Writes a canonical file. */
  static WrittenTensors write(Path file, Layout layout, Values values) throws IOException {
    ByteBuffer block = block();
    float[] numbers = new float[BLOCK];
    return DigestingSink.write(
        file,
        sink -> {
          sink.write(ByteBuffer.wrap(Safetensors.canonicalHeader(layout)));
          for (TensorSpec tensor : layout.tensors()) {
            for (long at = 0; at < tensor.elements(); at += BLOCK) {
              int count = (int) Math.min(BLOCK, tensor.elements() - at);
              values.read(tensor.name(), at, numbers, count);
              block.clear().limit(count * Float.BYTES);
              block.asFloatBuffer().put(numbers, 0, count);
              sink.write(block);
            }
          }
        });
  }

  /** Fills memory in the order of an optimizer's numbers, all of which must be held. */
  static void fill(Tensor memory, Trainable order, Values values) throws IOException {
    float[] numbers = new float[BLOCK];
    FloatBuffer into = memory.floats();
    for (Trainable.Part part : order.parts()) {
      long elements = Arrays.stream(part.shape()).reduce(1, Math::multiplyExact);
      for (long at = 0; at < elements; at += BLOCK) {
        int count = (int) Math.min(BLOCK, elements - at);
        values.read(part.name(), at, numbers, count);
        into.put(Math.toIntExact(part.start() + at), numbers, 0, count);
      }
    }
  }

  private static ByteBuffer block() {
    return ByteBuffer.allocateDirect(BLOCK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }
}
