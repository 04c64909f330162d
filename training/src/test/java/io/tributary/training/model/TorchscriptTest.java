package io.tributary.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.plan.Plan;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.Input;
import io.tributary.training.data.OtherExample;
import io.tributary.training.data.Target;
import io.tributary.training.torch.TorchRuntime;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TorchScript files that a user brings: scores of PyTorch, gradients, losses, refusals. */
class TorchscriptTest {
  private static final Path FILES = Path.of("src/test/resources/torchscript");
  private static final int[] ALL = {0, 1, 2};
  private static final int[][] TEXTS = {{3, 5, 7, 9}, {4, 6}, {8}};
  private static final float[][] ROWS = {{1, -2, 3}, {0.5f, 0.25f, -1}, {2, 0, 1}};

  @TempDir Path folder;

  private static BaseModel base(String name) {
    return BaseModel.open(FILES.resolve(name));
  }

  private static Inputs inputs(String name, Targets targets) {
    return switch (name) {
      case "rows" -> new RowInputs(ROWS, new int[0][], targets);
      case "pictures" -> new ImageInputs(1, 6, 6, TorchscriptTest::pixels, targets);
      default -> new TokenInputs(TEXTS, new int[0][], targets);
    };
  }

  private static void pixels(int example, FloatBuffer into) {
    for (int i = 0; i < 36; i++) {
      into.put((example * 36 + i) % 7 / 7f);
    }
  }

  private static Targets targets(String name) {
    return name.equals("tags")
        ? new Targets.TokenLabels(new int[][] {{0, -100, 2, 1}, {1, 2}, {-100}})
        : new Targets.Labels(new int[] {1, 0, 1});
  }

  private static Plan plan(String name, String train) {
    String task =
        switch (name) {
          case "rows" -> "tabular-classification";
          case "pictures" -> "image-classification";
          case "tags" -> "token-classification";
          default -> "text-classification";
        };
    String labels = name.equals("tags") ? "[\"O\",\"B-A\",\"I-A\"]" : "[\"no\",\"yes\"]";
    return plan(task, labels, train);
  }

  private static Plan plan(String task, String labels, String train) {
    return Plan.parse(
        "{\"name\":\"own\",\"model\":{\"base\":\"own\",\"task\":\""
            + task
            + "\",\"labels\":"
            + labels
            + "},\"train\":"
            + train
            + "}");
  }

  private LiveModel open(BaseModel base, Plan plan) throws IOException {
    Path zero = SmallModels.checkpoint(base, plan, folder.resolve("zero-" + plan.digest().hex()));
    try (ModelValues values = ModelValues.open(base, plan, zero)) {
      return LiveModel.open(
          TorchRuntime.start(1), plan.train(), values, TokenRows.of(IntStream.range(0, 20)), true);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rows", "words", "tags", "pictures"})
  void logits_everyKindOfInput_thoseOfPyTorch(String name) throws IOException {
    JsonArray expected =
        (JsonArray)
            JsonReader.read(Files.readAllBytes(FILES.resolve(name).resolve("expected.json")));
    try (LiveModel model = open(base(name), plan(name, "{}"))) {
      float[] logits = model.logits(inputs(name, targets(name)), ALL);
      assertEquals(expected.items().size(), logits.length);
      for (int i = 0; i < logits.length; i++) {
        float wanted = ((JsonNumber) expected.items().get(i)).value().floatValue();
        assertEquals(wanted, logits[i], 1e-6f, "number " + i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rows", "words", "tags", "pictures"})
  void gradients_everyKindOfInput_matchDifferencesOfLosses(String name) throws IOException {
    Inputs inputs = inputs(name, targets(name));
    try (LiveModel model = open(base(name), plan(name, "{}"))) {
      Slopes.assertSlope(model, inputs, ALL, DropoutMasks.of(7, 0));
      Slopes.assertSlope(model, inputs, ALL, DropoutMasks.of(7, 1));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tabular-classification|{\"name\":\"focal\",\"gamma\":2}",
        "tabular-classification|{\"label-smoothing\":0.1,\"class-weights\":{\"yes\":3}}",
        "tabular-regression|{\"name\":\"mean-squared-error\"}",
        "tabular-regression|{\"name\":\"huber\",\"delta\":0.5}"
      })
  void gradients_otherLosses_matchDifferencesOfLosses(String task, String loss) throws IOException {
    Targets targets =
        task.endsWith("regression")
            ? new Targets.Numbers(new float[][] {{1, 0}, {-2, 1}, {0.5f, 3}})
            : new Targets.Labels(new int[] {1, 0, 1});
    Plan plan = plan(task, "[\"no\",\"yes\"]", "{\"loss\":" + loss + "}");
    try (LiveModel model = open(base("rows"), plan)) {
      Slopes.assertSlope(model, inputs("rows", targets), ALL, DropoutMasks.of(1, 0));
    }
  }

  @Test
  void gradients_dropout_fromTheStepsKeyAlone() throws IOException {
    Inputs inputs = inputs("words", targets("words"));
    try (LiveModel model = open(base("words"), plan("words", "{}"))) {
      double once = model.gradients(inputs, ALL, DropoutMasks.of(7, 0));
      assertNotEquals(once, model.gradients(inputs, ALL, DropoutMasks.of(7, 3)));
      assertEquals(once, model.gradients(inputs, ALL, DropoutMasks.of(7, 0)));
      float[] logits = model.logits(inputs, ALL);
      assertArrayEquals(logits, model.logits(inputs, ALL), "evaluation has no dropout");
    }
  }

  @Test
  void what_head_onlyTheNamedModuleMovesAndUnusedParametersStay() throws IOException {
    BaseModel base = base("rows");
    assertEquals(
        List.of("classifier.bias", "classifier.weight"),
        TrainedLayout.of(base, plan("rows", "{\"what\":\"head\"}")).tensors().stream()
            .map(tensor -> tensor.name())
            .toList());
    try (LiveModel all = open(base, plan("rows", "{}"));
        LiveModel head = open(base, plan("rows", "{\"what\":\"head\"}"))) {
      Inputs inputs = inputs("rows", targets("rows"));
      all.gradients(inputs, ALL, DropoutMasks.NONE);
      head.gradients(inputs, ALL, DropoutMasks.NONE);
      assertEquals(
          all.parameters().gradient("classifier.weight"),
          head.parameters().gradient("classifier.weight"));
      FloatBuffer spare = all.parameters().gradient("spare").asFloatBuffer();
      assertEquals(FloatBuffer.allocate(4), spare);
    }
  }

  @Test
  void encode_rowsForAModuleThatMightTakeTexts_asRows() {
    BaseModel base = base("rows");
    var row = new OtherExample(new Input.Row(ROWS[0], new int[0]), new Target.Label(1));
    try (Encoder encoder = Encoder.open(base, plan("rows", "{}"))) {
      var inputs = (RowInputs) encoder.encode(new ExamplePart(List.of(row)));
      assertArrayEquals(ROWS[0], inputs.row().apply(0).numbers());
    }
  }

  @Test
  void export_keepsTheFile() throws IOException {
    BaseModel base = base("rows");
    Plan plan = plan("rows", "{}");
    Path zero = SmallModels.checkpoint(base, plan, folder.resolve("zero"));
    HuggingFaceExport.write(base, plan, zero, folder.resolve("export"), ExportForm.USUAL);
    assertArrayEquals(
        Files.readAllBytes(FILES.resolve("rows").resolve("model.pt")),
        Files.readAllBytes(folder.resolve("export").resolve("model.pt")));
    assertEquals(List.of("no", "yes"), BaseModel.open(folder.resolve("export")).labels());
  }

  private BaseModel changed(String name, String file, byte[] bytes) throws IOException {
    Path at = Files.createDirectories(folder.resolve("changed"));
    try (Stream<Path> files = Files.list(FILES.resolve(name))) {
      for (Path each : files.toList()) {
        Files.copy(each, at.resolve(each.getFileName()));
      }
    }
    Files.write(at.resolve(file), bytes);
    return BaseModel.open(at);
  }

  private static void assertRefused(
      ErrorKind kind, String part, org.junit.jupiter.api.function.Executable call) {
    var e = assertThrows(FederationException.class, call);
    assertEquals(kind, e.kind(), e.sentence());
    assertTrue(e.sentence().contains(part), e.sentence());
    assertEquals(1, e.sentence().lines().count(), e.sentence());
  }

  @Test
  void open_filesThatDoNotBelongTogether_refused() throws IOException {
    byte[] other = Files.readAllBytes(FILES.resolve("words").resolve("model.pt"));
    BaseModel base = changed("rows", "model.pt", other);
    assertRefused(
        ErrorKind.INVALID_DATA, "words.weight", () -> open(base, plan("rows", "{}")).close());
  }

  @Test
  void open_fileThatIsNoTorchScript_refused() throws IOException {
    BaseModel base =
        changed(
            "rows", "model.pt", "print('hello')".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertRefused(
        ErrorKind.INVALID_DATA, "torch.jit.save", () -> open(base, plan("rows", "{}")).close());
  }

  @Test
  void layout_labelsOfAnotherCountOrAdapters_refused() {
    BaseModel base = base("rows");
    Plan three = plan("tabular-classification", "[\"a\",\"b\",\"c\"]", "{}");
    assertRefused(ErrorKind.INVALID_CONFIG, "3 outputs", () -> TrainedLayout.of(base, three));
    Plan lora = plan("rows", "{\"what\":\"lora\"}");
    assertRefused(
        ErrorKind.INVALID_CONFIG, "takes no adapters", () -> TrainedLayout.of(base, lora));
    Plan dropout = plan("rows", "{\"dropout\":0.1}");
    assertRefused(
        ErrorKind.INVALID_CONFIG, "plan.train.dropout", () -> open(base, dropout).close());
  }

  @Test
  void open_folderWithoutTheFile_refused() throws IOException {
    Path at = Files.createDirectories(folder.resolve("without"));
    Path from = FILES.resolve("rows");
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(from.resolve(name), at.resolve(name));
    }
    assertRefused(ErrorKind.INVALID_DATA, "model.pt", () -> BaseModel.open(at));
  }
}
