package io.tributary.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.lora.AdapterLayout;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Task;
import io.tributary.training.torch.TorchRuntime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What rounds have put into the weights: the same live, exported, and as a larger adapter. */
class ResidualValuesTest {
  private static final TokenInputs TEXTS =
      new TokenInputs(new int[][] {{11, 20, 30, 12}, {11, 50, 12}}, new int[0][], new int[] {1, 0});
  private static final int[] BATCH = {0, 1};
  private static final String LORA =
      "{\"what\":\"lora\",\"lora\":{\"rank\":2,\"alpha\":3,\"aggregation\":\"fedex\"}}";

  @TempDir Path folder;

  private BaseModel base(String family) throws IOException {
    Path at = folder.resolve("base");
    return family.equals("gpt2") ? SmallModels.gpt2(at, true) : SmallModels.bert(at);
  }

  private static TokenRows rows() {
    return TokenRows.of(IntStream.concat(IntStream.of(0), TEXTS.tokens()));
  }

  private static float[] logits(BaseModel base, Plan plan, Path trained) throws IOException {
    try (ModelValues values = ModelValues.open(base, plan, trained);
        LiveModel model =
            LiveModel.open(TorchRuntime.start(1), plan.train(), values, rows(), false)) {
      return model.logits(TEXTS, BATCH);
    }
  }

  private static float[] logits(BaseModel whole) throws IOException {
    try (ModelValues values = ModelValues.ofBase(whole, Head.of(Task.TEXT_CLASSIFICATION, 2));
        LiveModel model =
            LiveModel.open(
                TorchRuntime.start(1), SmallModels.textPlan("{}").train(), values, rows(), false)) {
      return model.logits(TEXTS, BATCH);
    }
  }

  /** A checkpoint of numbers that follow from their places, with residuals of rank 3 or whole. */
  private Path checkpoint(BaseModel base, Plan plan, String residual) throws IOException {
    List<TensorSpec> tensors = new ArrayList<>(TrainedLayout.of(base, plan).tensors());
    Layout trained = Layout.of(tensors);
    for (String module : AdapterLayout.modules(trained)) {
      long in = trained.find(AdapterLayout.a(module)).orElseThrow().shape().get(1);
      long out = trained.find(AdapterLayout.b(module)).orElseThrow().shape().get(0);
      if (residual.equals("factors")) {
        tensors.add(spec(AdapterLayout.residualA(module), 3, in));
        tensors.add(spec(AdapterLayout.residualB(module), out, 3));
      } else if (residual.equals("whole")) {
        tensors.add(spec(AdapterLayout.residual(module), out, in));
      }
    }
    return write(Layout.of(tensors), "trained-" + residual);
  }

  private static TensorSpec spec(String name, long rows, long columns) {
    return new TensorSpec(name, DType.F32, List.of(rows, columns));
  }

  private Path write(Layout layout, String name) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate((int) Safetensors.canonicalSize(layout))
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(Safetensors.canonicalHeader(layout));
    for (int i = 0; bytes.hasRemaining(); i++) {
      bytes.putFloat((i % 13 - 6) * 0.07f);
    }
    return Files.write(folder.resolve(name), bytes.array());
  }

  @ParameterizedTest
  @CsvSource({"bert, factors", "bert, whole", "gpt2, factors", "gpt2, whole"})
  void residual_exportedModel_hasTheLogitsOfTheLiveOne(String family, String form)
      throws IOException {
    BaseModel base = base(family);
    Plan plan = SmallModels.textPlan(LORA);
    Path with = checkpoint(base, plan, form);
    float[] wanted = logits(base, plan, with);
    float difference = 0;
    float[] without = logits(base, plan, checkpoint(base, plan, "none"));
    for (int i = 0; i < wanted.length; i++) {
      difference = Math.max(difference, Math.abs(wanted[i] - without[i]));
    }
    assertTrue(difference > 1e-3, "the residual counts");
    HuggingFaceExport.write(base, plan, with, folder.resolve("whole"), ExportForm.USUAL);
    assertArrayEquals(wanted, logits(BaseModel.open(folder.resolve("whole"))), 2e-4f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "gpt2"})
  void residual_asALargerAdapter_hasTheLogitsOfTheLiveModel(String family) throws IOException {
    BaseModel base = base(family);
    Plan plan = SmallModels.textPlan(LORA);
    Path with = checkpoint(base, plan, "factors");
    PeftExport.write(base, plan, with, folder.resolve("adapter"), ExportForm.USUAL);
    PeftFolder adapter = PeftFolder.open(folder.resolve("adapter"));
    Head head = Head.of(Task.TEXT_CLASSIFICATION, 2);
    assertEquals(5, adapter.settings(base, head).rank(), "2 and 3");
    assertEquals(1.5, adapter.settings(base, head).scaling(), 1e-12);
    try (ModelValues values = ModelValues.ofAdapter(base, adapter, head, List.of("no", "yes"));
        LiveModel model =
            LiveModel.open(TorchRuntime.start(1), plan.train(), values, rows(), false)) {
      assertArrayEquals(logits(base, plan, with), model.logits(TEXTS, BATCH), 2e-4f);
    }
  }

  @Test
  void residual_thatIsWhole_isNoAdapterAnyMore() throws IOException {
    BaseModel base = base("bert");
    Plan plan = SmallModels.textPlan(LORA);
    Path whole = checkpoint(base, plan, "whole");
    var e =
        assertThrows(
            FederationException.class,
            () -> PeftExport.write(base, plan, whole, folder.resolve("out"), ExportForm.USUAL));
    assertEquals(ErrorKind.INVALID_ARGUMENT, e.kind());
    assertTrue(e.sentence().contains("Export the model"), e.sentence());
  }

  /** Only residuals of the plan's own modules, in their form, may lie in a checkpoint. */
  @ParameterizedTest
  @CsvSource({
    "bert.encoder.layer.0.attention.self.query.lora_residual.weight, 16, 15",
    "bert.encoder.layer.0.attention.self.query.lora_residual_A.weight, 3, 16",
    "bert.other.lora_residual.weight, 16, 16"
  })
  void open_residualThatDoesNotFit_corrupt(String name, long rows, long columns)
      throws IOException {
    BaseModel base = base("bert");
    Plan plan = SmallModels.textPlan(LORA);
    List<TensorSpec> tensors = new ArrayList<>(TrainedLayout.of(base, plan).tensors());
    tensors.add(spec(name, rows, columns));
    Path file = write(Layout.of(tensors), "odd");
    var e =
        assertThrows(FederationException.class, () -> ModelValues.open(base, plan, file).close());
    assertEquals(ErrorKind.CORRUPT, e.kind(), e.sentence());
  }

  /** A of FFA-LoRA is in no checkpoint: it is what a run that averages it begins with. */
  @Test
  void standing_ffa_isTheAThatOthersBeginWith() throws IOException {
    BaseModel base = base("bert");
    Plan ffa = SmallModels.textPlan(LORA.replace("fedex", "ffa"));
    Plan usual = SmallModels.textPlan(LORA.replace("fedex", "fedit"));
    assertTrue(AdapterLayout.modules(TrainedLayout.of(base, ffa)).isEmpty());
    Path ours = SmallModels.checkpoint(base, ffa, folder.resolve("ffa"));
    Path theirs = SmallModels.checkpoint(base, usual, folder.resolve("usual"));
    try (ModelValues one = ModelValues.open(base, ffa, ours);
        ModelValues other = ModelValues.open(base, usual, theirs)) {
      for (String module : AdapterLayout.modules(other.trained())) {
        ByteBuffer a = ByteBuffer.allocate(2 * 16 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer b = ByteBuffer.allocate(2 * 16 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        one.read(AdapterLayout.a(module), 0, a);
        other.read(AdapterLayout.a(module), 0, b);
        assertArrayEquals(b.array(), a.array(), module);
        assertTrue(a.getFloat(0) != 0 && a.getFloat(4) != a.getFloat(0));
      }
    }
    PeftExport.write(base, ffa, ours, folder.resolve("out"), ExportForm.USUAL);
    PeftFolder.open(folder.resolve("out")).settings(base, Head.of(Task.TEXT_CLASSIFICATION, 2));
  }
}
