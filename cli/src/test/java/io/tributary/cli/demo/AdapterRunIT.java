package io.tributary.cli.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.cli.Surroundings;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.output.Console;
import io.tributary.cli.run.Merger;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.model.ExportForm;
import io.tributary.training.model.PeftFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Adapters from a plan to a PEFT folder: real processes, mutual TLS, and what comes back. */
@Timeout(600)
class AdapterRunIT {
  private static final Path EXAMPLE =
      Path.of("..", "examples", "instruction").toAbsolutePath().normalize();

  @TempDir Path folder = Path.of("");

  @Test
  void run_lora_leavesAPeftFolderThatMergesIntoTheExportedModel() throws IOException {
    train("federation.rounds=2", "train.lora.rank=4");
    Path work = work();
    Path adapter = work.resolve("model-adapter");
    assertEquals(4, rank(adapter.resolve("adapter_config.json")));
    for (TensorSpec tensor : tensors(adapter.resolve("adapter_model.safetensors"))) {
      assertTrue(tensor.name().startsWith("base_model.model."), tensor.name());
      assertTrue(tensor.name().contains("_proj.lora_"), tensor.name());
    }
    assertEquals(2, PeftFolder.open(adapter).files().size());
    Path merged = folder.resolve("merged");
    Merger.merge(work.resolve("models").resolve("base"), adapter, merged, ExportForm.USUAL);
    Path weights = Path.of("model.safetensors");
    byte[] exported = Files.readAllBytes(work.resolve("model").resolve(weights));
    assertArrayEquals(exported, Files.readAllBytes(merged.resolve(weights)));
    assertTrue(
        !Arrays.equals(
            exported, Files.readAllBytes(work.resolve("models").resolve("base").resolve(weights))),
        "adapters that learned nothing");
  }

  /** What rounds put into weights crosses with the checkpoint, and is in both exports. */
  @Test
  void run_fedexWithASmallerRank_leavesALargerAdapterThatIsTheExportedModel() throws IOException {
    String printed =
        train(
            "federation.rounds=2",
            "train.lora.rank=4",
            "train.lora.aggregation=fedex",
            "train.lora.ranks.site-2=2");
    Path work = work();
    Path adapter = work.resolve("model-adapter");
    assertEquals(4 + 2 * 2 * 4, rank(adapter.resolve("adapter_config.json")), printed);
    assertTrue(printed.contains("inexact"), printed);
    Path merged = folder.resolve("merged");
    Merger.merge(work.resolve("models").resolve("base"), adapter, merged, ExportForm.USUAL);
    assertArrayEquals(weights(work.resolve("model")), weights(merged), 1e-6f);
  }

  /** Three stacks of rank 8 are more than the small weights under them hold. */
  @Test
  void run_floraUntilResidualsAreWhole_leavesTheModelAndSaysWhyNoAdapter() throws IOException {
    String printed = train("federation.rounds=1", "train.lora.aggregation=flora");
    Path work = work();
    assertTrue(printed.contains("without its adapters"), printed);
    assertTrue(Files.exists(work.resolve("model").resolve("model.safetensors")));
    try (var left = Files.list(work)) {
      assertTrue(left.noneMatch(file -> file.toString().contains("adapter")), "nothing half done");
    }
  }

  private Path work() {
    return folder.resolve("work");
  }

  /** Trains adapters by a local trial; returns what it printed. */
  private String train(String... more) throws IOException {
    List<String> plan =
        new ArrayList<>(
            List.of("train.epochs=1", "train.what=lora", "train.lora.targets=[q_proj, v_proj]"));
    plan.addAll(List.of(more));
    var out = new ByteArrayOutputStream();
    LocalTrial.run(EXAMPLE, Overrides.of("plan", plan, Map.of()), folder, work(), console(out));
    return out.toString(StandardCharsets.UTF_8);
  }

  private static float[] weights(Path model) throws IOException {
    byte[] file = Files.readAllBytes(model.resolve("model.safetensors"));
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(8 + (int) bytes.getLong(0));
    float[] weights = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(weights);
    return weights;
  }

  private static int rank(Path config) throws IOException {
    var json = (JsonObject) JsonReader.read(Files.readAllBytes(config));
    return ((JsonValue.JsonNumber) json.find("r").orElseThrow()).value().intValue();
  }

  private static List<TensorSpec> tensors(Path file) throws IOException {
    try (ByteSource source = ByteSource.of(FileChannel.open(file))) {
      return Safetensors.read(source).layout().tensors();
    }
  }

  private Console console(ByteArrayOutputStream out) {
    var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    return new Console(new Surroundings(stream, stream, Map.of(), folder, false, 100), false);
  }
}
