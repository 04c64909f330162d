package io.tributary.cli.bench.simulate;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.simulations.engine.LocalTask;
import io.tributary.simulations.engine.LocalWork;
import io.tributary.simulations.engine.MadeUpdate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Adds one small number to every value of the checkpoint: a real update, canonical, hashed and
 * another one for each node and round, without training.
 */
final class NoOpWork implements LocalWork {
  private static final float STEP = 1e-4f;
  private static final float PART = 1e-7f;
  private static final int PARTS = 1_000;

  /** A checkpoint as its file holds it; the bytes are never changed. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Known(Path file, Layout layout, int header, byte[] bytes) {}

  private final AtomicReference<Known> newest =
      new AtomicReference<>(new Known(Path.of(""), Layout.of(List.of()), 0, new byte[0]));

  @Override
  public CompletionStage<MadeUpdate> train(LocalTask task) {
    Known known = known(task.trained());
    float step = STEP + PART * Math.floorMod(task.offer().id().node().value().hashCode(), PARTS);
    byte[] bytes = known.bytes.clone();
    FloatBuffer values =
        ByteBuffer.wrap(bytes, known.header, bytes.length - known.header)
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    for (int i = 0; i < values.limit(); i++) {
      float value = values.get(i);
      values.put(i, (value + step) - value);
    }
    var group =
        new MadeUpdate.Group("delta", known.layout.digest(), "f32", bytes, Digest.of(bytes));
    return CompletableFuture.completedFuture(
        new MadeUpdate(List.of(group), 1, 1, 1, new TreeMap<>()));
  }

  private Known known(Path file) {
    Known known = requireNonNull(newest.get(), "newest");
    if (known.file.equals(file)) {
      return known;
    }
    try {
      byte[] bytes = Files.readAllBytes(file);
      Layout layout = Safetensors.read(ByteSource.of(bytes)).layout();
      var read = new Known(file, layout, Safetensors.canonicalHeader(layout).length, bytes);
      newest.set(read);
      return read;
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.CORRUPT, file + ": can't be read (expected: a checkpoint). See the disk.", e);
    }
  }
}
