package io.tributary.training.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Task;
import io.tributary.training.torch.TorchRuntime;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model three times as large as the heap loads: weights go from the file to torch's memory. */
@Tag("long")
@Timeout(300)
class LargeModelIT {
  private static final Head HEAD = Head.of(Task.CAUSAL_LANGUAGE_MODELLING, 0);
  private static final long LEAST = 1_500_000_000L;

  @TempDir Path folder;

  /** The other process: loads the folder named first and prints how many bytes it holds. */
  public static void main(String[] arguments) throws IOException {
    BaseModel base = BaseModel.open(Path.of(arguments[0]));
    Architecture architecture = base.architecture(HEAD);
    try (ModelValues values = ModelValues.ofBase(base, HEAD);
        LiveModel model =
            LiveModel.open(
                TorchRuntime.start(1),
                SmallModels.textPlan("{\"what\":\"last-1\"}").train(),
                values,
                TokenRows.none(),
                false)) {
      long bytes = 0;
      for (ParameterSpec parameter : architecture.parameters()) {
        bytes += model.parameters().bytes(parameter.name()).remaining();
      }
      System.out.println("loaded " + bytes);
    }
  }

  /** Holes of a file read as zeros and take no room. */
  private long write(DType dtype) throws IOException {
    JsonObject config =
        JsonValue.object()
            .put("model_type", "gpt2")
            .put("vocab_size", 1_000)
            .put("n_embd", 2_048)
            .put("n_layer", 8)
            .put("n_head", 16)
            .put("n_positions", 64)
            .build();
    Files.writeString(folder.resolve("config.json"), config.canonical(), UTF_8);
    Architecture architecture = Families.architecture(new ModelConfig("", config), HEAD);
    Layout layout =
        Layout.of(
            architecture.parameters().stream()
                .map(p -> new TensorSpec(p.name(), dtype, p.shape()))
                .toList());
    byte[] header = Safetensors.canonicalHeader(layout);
    try (var file = new RandomAccessFile(folder.resolve("model.safetensors").toFile(), "rw")) {
      file.write(header);
      file.setLength(header.length + layout.dataBytes());
    }
    return layout.dataBytes() / dtype.bytes() * Float.BYTES;
  }

  @ParameterizedTest
  @ValueSource(strings = {"F32", "BF16"})
  void open_modelThreeTimesTheHeap_loads(String dtype) throws Exception {
    long expected = write(DType.of(dtype));
    assertTrue(expected > LEAST, "bytes " + expected);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dai.djl.offline=true",
                "-Dai.djl.default_engine=PyTorch",
                "-cp",
                System.getProperty("java.class.path"),
                LargeModelIT.class.getName(),
                folder.toString())
            .redirectError(folder.resolve("errors").toFile())
            .start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(process.waitFor(250, TimeUnit.SECONDS), "ends");
    assertEquals("loaded " + expected, out.strip(), Files.readString(folder.resolve("errors")));
  }
}
