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
import java.util.function.DoubleSupplier;
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
   * Writes {@code config.json} and {@code model.safetensors}: norms' weights and variances 1,
   * biases and means 0, other weights uniform with standard deviation 0.02; or as {@link
   * Architecture#startsByFanIn} says.
   */
  public static void write(Path folder, JsonObject config, RandomGenerator random)
      throws IOException {
    Architecture shape = shape(new ModelConfig("config.json", config));
    Layout layout =
        Layout.of(
            shape.parameters().stream()
                .filter(parameter -> parameter.start() == ParameterSpec.StartValue.NONE)
                .map(ParameterSpec::tensor)
                .toList());
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), config.canonical(), UTF_8);
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve("model.safetensors"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(Safetensors.canonicalHeader(layout)));
      for (TensorSpec tensor : layout.tensors()) {
        if (shape.startsByFanIn()) {
          fill(channel, tensor, uniform(layout, tensor, random));
        } else {
          fill(channel, tensor, constantOrSmall(tensor, random));
        }
      }
    }
  }

  private static Architecture shape(ModelConfig config) {
    return Families.architecture(config, Head.of(Families.of(config).tasks().get(0), 2));
  }

  /** Statistics of fresh norms, zero biases, weights of one deviation. */
  private static DoubleSupplier constantOrSmall(TensorSpec tensor, RandomGenerator random) {
    String name = tensor.name();
    boolean zero = name.endsWith("bias") || name.endsWith("running_mean");
    if (NORM.matcher(name).find()) {
      return () -> zero ? 0 : 1;
    }
    double spread = DEVIATION * Math.sqrt(12);
    return () -> {
      double value = spread * (random.nextDouble() - 0.5);
      return zero ? 0 : value;
    };
  }

  /** A bias has the bound of the weight it belongs to. */
  private static DoubleSupplier uniform(Layout layout, TensorSpec tensor, RandomGenerator random) {
    String weight = tensor.name().replaceFirst("bias$", "weight");
    TensorSpec of = layout.find(weight).orElse(tensor);
    double inputs = (double) of.elements() / of.shape().get(0);
    double spread = 2 / Math.sqrt(inputs);
    return () -> spread * (random.nextDouble() - 0.5);
  }

  private static void fill(FileChannel channel, TensorSpec tensor, DoubleSupplier values)
      throws IOException {
    ByteBuffer block = ByteBuffer.allocate(BLOCK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long at = 0; at < tensor.elements(); at += BLOCK) {
      block.clear().limit((int) Math.min(BLOCK, tensor.elements() - at) * Float.BYTES);
      while (block.hasRemaining()) {
        block.putFloat((float) values.getAsDouble());
      }
      channel.write(block.flip());
    }
  }
}
