package io.tributary.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tensor.DType;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.ExportForm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergerTest {
  private static final Path GOLDEN =
      Path.of("..", "training", "src", "test", "resources", "golden");

  @TempDir Path folder;

  @Test
  void merge_adapterAndItsBase_isAWholeModelOfTheAskedType() {
    Path golden = GOLDEN.resolve("lora-gpt2");
    Path into = folder.resolve("merged");
    Merger.merge(
        golden.resolve("base"),
        golden.resolve("adapter"),
        into,
        ExportForm.USUAL.withDtype("bf16"));
    BaseModel merged = BaseModel.open(into);
    assertEquals("gpt2", merged.family());
    assertTrue(merged.layout().tensors().stream().allMatch(t -> t.dtype() == DType.BF16));
    assertTrue(Files.exists(into.resolve("README.md")));
  }

  @Test
  void merge_folderThatIsFullOrAnotherBase_refusedBeforeAnythingIsWritten() throws IOException {
    Path adapter = GOLDEN.resolve("lora-gpt2").resolve("adapter");
    Path into = Files.createDirectory(folder.resolve("full"));
    Files.writeString(into.resolve("mine"), "mine");
    var full =
        assertThrows(
            FederationException.class,
            () ->
                Merger.merge(
                    GOLDEN.resolve("lora-gpt2").resolve("base"), adapter, into, ExportForm.USUAL));
    assertEquals(ErrorKind.ALREADY_EXISTS, full.kind());
    var other =
        assertThrows(
            FederationException.class,
            () ->
                Merger.merge(
                    GOLDEN.resolve("lora-bert").resolve("base"),
                    adapter,
                    folder.resolve("new"),
                    ExportForm.USUAL));
    assertEquals(ErrorKind.INVALID_DATA, other.kind());
    assertTrue(Files.notExists(folder.resolve("new")));
  }

  @Test
  void merge_weightsThatDoNotFitTheType_refusedAndNothingIsLeft() throws IOException {
    Path base = folder.resolve("base");
    Path from = GOLDEN.resolve("lora-gpt2").resolve("base");
    Files.createDirectory(base);
    Files.copy(from.resolve("config.json"), base.resolve("config.json"));
    byte[] weights = Files.readAllBytes(from.resolve("model.safetensors"));
    ByteBuffer.wrap(weights)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putFloat(weights.length - Float.BYTES, 1e6f);
    Files.write(base.resolve("model.safetensors"), weights);
    Path adapter = GOLDEN.resolve("lora-gpt2").resolve("adapter");
    var e =
        assertThrows(
            FederationException.class,
            () ->
                Merger.merge(
                    base, adapter, folder.resolve("new"), ExportForm.USUAL.withDtype("f16")));
    assertTrue(e.sentence().contains("within the range of F16"), e.sentence());
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(base), left.toList());
    }
  }
}
