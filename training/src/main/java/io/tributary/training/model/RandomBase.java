package io.tributary.training.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Writes a base model with random weights below its head, for benchmarks and tests that need a
 * shape and no knowledge.
 */
public final class RandomBase {
  private static final int BLOCK = 16 << 10;
  private static final double DEVIATION = 0.02;

  /** How the families name their norms. */
  private static final Pattern NORM = Pattern.compile("[Nn]orm|ln_|\\bbn");

  private RandomBase() {}

  /**
   * Writes {@code config.json} and {@code model.safetensors}: norms' weights 1, biases 0, other
   * weights uniform with standard deviation 0.02.
   */
  public static void write(Path folder, JsonObject config, RandomGenerator random)
      throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), config.canonical(), UTF_8);
    Layout layout =
        Layout.of(
            shape(new ModelConfig("config.json", config)).parameters().stream()
                .filter(parameter -> parameter.start() == ParameterSpec.StartValue.NONE)
                .map(ParameterSpec::tensor)
                .toList());
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve("model.safetensors"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(Safetensors.canonicalHeader(layout)));
      for (TensorSpec tensor : layout.tensors()) {
        write(channel, tensor, random);
      }
    }
  }

  private static Architecture shape(ModelConfig config) {
    return Families.architecture(config, Head.of(Families.of(config).tasks().get(0), 2));
  }

  private static void write(FileChannel channel, TensorSpec tensor, RandomGenerator random)
      throws IOException {
    boolean bias = tensor.name().endsWith("bias");
    boolean norm = NORM.matcher(tensor.name()).find();
    double spread = DEVIATION * Math.sqrt(12);
    ByteBuffer block = ByteBuffer.allocate(BLOCK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long at = 0; at < tensor.elements(); at += BLOCK) {
      block.clear().limit((int) Math.min(BLOCK, tensor.elements() - at) * Float.BYTES);
      while (block.hasRemaining()) {
        double value = norm ? 1 : spread * (random.nextDouble() - 0.5);
        block.putFloat(bias ? 0 : (float) value);
      }
      channel.write(block.flip());
    }
  }
}
