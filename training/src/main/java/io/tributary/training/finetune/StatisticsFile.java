package io.tributary.training.finetune;

import io.tributary.aggregation.codec.Coding;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.training.model.DigestingSink;
import io.tributary.training.model.LiveParameters;
import io.tributary.training.model.WrittenTensors;
import io.tributary.training.worker.GroupFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Writes a model's statistics and counters as they are after training: canonical safetensors. */
final class StatisticsFile {
  private static final String NAME = "statistic";

  private StatisticsFile() {}

  /** Writes the group into a folder. */
  static GroupFile group(Path folder, Layout layout, LiveParameters after) throws IOException {
    Path file = folder.resolve(NAME + ".safetensors");
    WrittenTensors written = write(file, layout, after);
    return new GroupFile(
        NAME, file, layout.digest(), Coding.AS_THEY_ARE, written.size(), written.digest());
  }

  /** Writes live tensors as they are. */
  static WrittenTensors write(Path file, Layout layout, LiveParameters after) throws IOException {
    return DigestingSink.write(
        file,
        sink -> {
          sink.write(ByteBuffer.wrap(Safetensors.canonicalHeader(layout)));
          for (TensorSpec tensor : layout.tensors()) {
            sink.write(after.bytes(tensor.name()));
          }
        });
  }
}
