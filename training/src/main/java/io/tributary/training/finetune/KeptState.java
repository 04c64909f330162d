package io.tributary.training.finetune;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.Digest;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.training.message.JsonFields;
import io.tributary.training.model.DigestingSink;
import io.tributary.training.model.WrittenTensors;
import io.tributary.training.torch.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An optimizer's state in a folder: {@code optimizer.safetensors}, canonical, and {@code
 * optimizer.json}, which says what it belongs to.
 */
final class KeptState {
  private static final String TENSORS = "optimizer.safetensors";
  private static final String HEADER = "optimizer.json";
  private static final int BLOCK = 1 << 20;

  private KeptState() {}

  /**
   * Writes a state.
   *
   * @param fits digest of all that must be the same where it is used
   */
  static void write(Path folder, Optimizer optimizer, Digest fits) throws IOException {
    Files.createDirectories(folder);
    WrittenTensors written =
        DigestingSink.write(
            folder.resolve(TENSORS),
            sink -> {
              sink.write(ByteBuffer.wrap(Safetensors.canonicalHeader(layout(optimizer))));
              for (Tensor tensor : optimizer.state().values()) {
                sink.write(tensor.bytes());
              }
            });
    JsonValue header =
        JsonValue.object()
            .put("format", 1)
            .put("fits", fits.toString())
            .put("steps", optimizer.steps())
            .put("tensors", written.digest().toString())
            .build();
    Files.writeString(folder.resolve(HEADER), header.canonical(), UTF_8);
  }

  /** Names sort by characters as they do by bytes, being ASCII: the canonical order. */
  private static Layout layout(Optimizer optimizer) {
    return Layout.of(
        optimizer.state().entrySet().stream()
            .map(e -> new TensorSpec(e.getKey(), DType.F32, List.of(e.getValue().elements())))
            .toList());
  }

  /**
   * Reads a state into an optimizer.
   *
   * @return why it could not be used, in which case the optimizer is fresh; empty: it was
   */
  static Optional<String> restore(Path folder, Optimizer optimizer, Digest fits) {
    try {
      var header =
          JsonFields.of(
              "optimizer state", JsonReader.read(Files.readString(folder.resolve(HEADER))));
      if (!header.text("fits").equals(fits.toString())) {
        return Optional.of("it belongs to another layout, optimizer or set of tokens");
      }
      try (FileChannel file = FileChannel.open(folder.resolve(TENSORS))) {
        if (!digest(file).toString().equals(header.text("tensors"))) {
          return Optional.of("its bytes are not those that were written");
        }
        read(file, optimizer);
      }
      optimizer.restored(header.integer("steps"));
      return Optional.empty();
    } catch (IOException | FederationException e) {
      return Optional.of("it can't be read: " + e.getMessage());
    }
  }

  static Digest digest(FileChannel file) throws IOException {
    var sink = new DigestingSink(ByteBuffer::clear);
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
    for (long at = 0; at < file.size(); at += block.position()) {
      file.read(block.clear(), at);
      sink.write(block.duplicate().flip());
    }
    return sink.finish().digest();
  }

  private static void read(FileChannel file, Optimizer optimizer) throws IOException {
    ByteSource source = ByteSource.of(file);
    SafetensorsHeader header = Safetensors.read(source);
    for (Map.Entry<String, Tensor> entry : optimizer.state().entrySet()) {
      String name = entry.getKey();
      Long position = header.positions().get(name);
      if (position == null) {
        throw new IOException("no " + name);
      }
      source.read(position, entry.getValue().bytes());
    }
  }
}
