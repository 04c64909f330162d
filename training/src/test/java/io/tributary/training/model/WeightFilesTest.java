package io.tributary.training.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.HalfBits;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights out: types and shards; and in: indexes that lie. */
class WeightFilesTest {
  private static final Path SHARDED = Path.of("src/test/resources/golden/bert-sharded");
  private static final Plan PLAN = SmallModels.textPlan("{\"what\":\"head\"}");

  @TempDir Path folder;

  @Test
  void narrow_everyHalf_isItselfAgain() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = HalfBits.ofF16((short) bits);
      if (!Float.isNaN(value)) {
        assertEquals((short) bits, HalfFloats.narrow(DType.F16, value, "w"), "bits " + bits);
      }
      float brain = Float.intBitsToFloat(bits << 16);
      if (!Float.isNaN(brain)) {
        assertEquals((short) bits, HalfFloats.narrow(DType.BF16, brain, "w"), "bits " + bits);
      }
    }
  }

  @Test
  void narrow_betweenTwo_takesTheNearestOrTheEvenOne() {
    var random = new SplittableRandom(5);
    for (int i = 0; i < 20_000; i++) {
      float value =
          (float) ((random.nextDouble() - 0.5) * Math.scalb(1.0, random.nextInt(30) - 20));
      for (DType dtype : List.of(DType.F16, DType.BF16)) {
        short bits = HalfFloats.narrow(dtype, value, "w");
        if ((bits & 0x7fff) == 0) {
          assertTrue(Math.abs(value) <= 0x1p-25f, dtype + " of " + value);
          continue;
        }
        double error = Math.abs(widened(dtype, bits) - (double) value);
        for (int step : new int[] {-1, 1}) {
          double other = Math.abs(widened(dtype, (short) (bits + step)) - (double) value);
          assertTrue(error < other || (error == other && bits % 2 == 0), dtype + " of " + value);
        }
      }
    }
  }

  private static float widened(DType dtype, short bits) {
    return dtype == DType.F16 ? HalfBits.ofF16(bits) : Float.intBitsToFloat(bits << 16);
  }

  @Test
  void narrow_tooLarge_refused() {
    var e =
        assertThrows(
            FederationException.class, () -> HalfFloats.narrow(DType.F16, 70_000, "a.weight"));
    assertEquals(ErrorKind.INVALID_DATA, e.kind());
    assertTrue(e.sentence().contains("a.weight"), e.sentence());
    assertEquals((short) 0x7bff, HalfFloats.narrow(DType.F16, 65_519, "w"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"f32", "f16", "bf16"})
  void write_inShards_readsBackAsWritten(String dtype) throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    Path zero = SmallModels.checkpoint(base, PLAN, folder.resolve("zero"));
    ExportForm form = ExportForm.USUAL.withDtype(dtype).withShardBytes(5_000);
    Path out = folder.resolve("out");
    WrittenTensors written = HuggingFaceExport.write(base, PLAN, zero, out, form);
    BaseModel back = BaseModel.open(out);
    assertFalse(Files.exists(out.resolve(BaseModel.WEIGHTS)));
    try (Stream<Path> files = Files.list(out)) {
      List<Path> shards =
          files.filter(f -> f.toString().endsWith(".safetensors")).sorted().toList();
      assertTrue(shards.size() >= 4, shards.toString());
      long bytes = 0;
      for (Path shard : shards) {
        bytes += Files.size(shard);
      }
      assertEquals(bytes, written.size());
      String last = shards.get(shards.size() - 1).getFileName().toString();
      assertEquals(
          String.format("model-%05d-of-%05d.safetensors", shards.size(), shards.size()), last);
    }
    String name = "bert.encoder.layer.1.output.dense.weight";
    assertEquals(form.dtype(), back.layout().find(name).orElseThrow().dtype());
    assertEquals("\"" + form.word() + "\"", back.config().find("dtype").orElseThrow().canonical());
    ByteBuffer before = read(base, name);
    ByteBuffer after = read(back, name);
    double step = dtype.equals("f32") ? 0 : dtype.equals("f16") ? 0x1p-11 : 0x1p-8;
    while (before.hasRemaining()) {
      float value = before.getFloat();
      assertEquals(value, after.getFloat(), Math.abs(value) * step + (step == 0 ? 0 : 0x1p-25));
    }
  }

  private static ByteBuffer read(BaseModel model, String name) throws IOException {
    try (StoredTensors stored = model.open()) {
      int size = (int) stored.find(name).orElseThrow().elements() * Float.BYTES;
      ByteBuffer values = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
      stored.read(name, 0, values);
      return values.flip();
    }
  }

  private Path sharded() throws IOException {
    Path copy = Files.createDirectories(folder.resolve("sharded"));
    try (Stream<Path> files = Files.list(SHARDED)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  private static void assertCorrupt(ErrorKind kind, String part, Path model) {
    var e = assertThrows(FederationException.class, () -> BaseModel.open(model));
    assertEquals(kind, e.kind(), e.sentence());
    assertTrue(e.sentence().contains(part), e.sentence());
    assertEquals(1, e.sentence().lines().count(), e.sentence());
  }

  private static void edit(Path model, String from, String to) throws IOException {
    Path index = model.resolve(BaseModel.INDEX);
    String text = Files.readString(index);
    assertTrue(text.contains(from), "the index has " + from);
    Files.writeString(index, text.replaceFirst(java.util.regex.Pattern.quote(from), to), UTF_8);
  }

  @Test
  void open_shardThatIsMissing_refused() throws IOException {
    Path model = sharded();
    Files.delete(model.resolve("model-00002-of-00002.safetensors"));
    assertCorrupt(ErrorKind.NOT_FOUND, "model-00002-of-00002.safetensors: missing", model);
  }

  @Test
  void open_indexNamesATensorThatIsNotInItsShard_refused() throws IOException {
    Path model = sharded();
    edit(model, "\"classifier.bias\"", "\"classifier.other\"");
    assertCorrupt(ErrorKind.CORRUPT, "\"classifier.other\"", model);
  }

  @Test
  void open_indexNamesTheOtherShard_refused() throws IOException {
    Path model = sharded();
    String text = Files.readString(model.resolve(BaseModel.INDEX));
    boolean first = text.matches("(?s).*\"classifier.bias\": *\"model-00001.*");
    String file = "model-0000" + (first ? 1 : 2) + "-of-00002.safetensors";
    String other = "model-0000" + (first ? 2 : 1) + "-of-00002.safetensors";
    edit(model, "\"classifier.bias\": \"" + file + "\"", "\"classifier.bias\": \"" + other + "\"");
    assertCorrupt(ErrorKind.CORRUPT, "\"classifier.bias\"", model);
  }

  @Test
  void open_indexThatIsNone_refused() throws IOException {
    Path model = sharded();
    Files.writeString(model.resolve(BaseModel.INDEX), "{\"metadata\":{}}");
    assertCorrupt(ErrorKind.CORRUPT, "weight_map", model);
    Files.writeString(model.resolve(BaseModel.INDEX), "{\"weight_map\":{\"a\":1}}");
    assertCorrupt(ErrorKind.CORRUPT, "weight_map", model);
    Files.writeString(model.resolve(BaseModel.INDEX), "{\"weight_map\":{\"a\":\"../b\"}}");
    assertCorrupt(ErrorKind.CORRUPT, "names of files", model);
    Files.writeString(model.resolve(BaseModel.INDEX), "{\"weight_map\":{");
    assertCorrupt(ErrorKind.CORRUPT, "JSON", model);
    Files.writeString(model.resolve(BaseModel.INDEX), "{\"weight_map\":{\"a\":\"mod\u00e8le\"}}");
    assertCorrupt(ErrorKind.CORRUPT, "names of files", model);
  }
}
