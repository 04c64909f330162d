package io.tributary.training.model;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.HalfBits;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaseModelTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final Plan PLAN = SmallModels.textPlan("{\"what\":\"all\"}");

  @TempDir Path folder;

  @Test
  void open_bert_familyLengthAndLayout() throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    assertEquals("bert", base.family());
    assertEquals(24, base.longestText());
    assertTrue(base.layout().find("bert.embeddings.word_embeddings.weight").isPresent());
    assertTrue(base.labels().isEmpty());
    assertEquals(0, SmallModels.mlp(folder.resolve("mlp")).longestText());
    assertEquals(
        List.of("LABEL_0", "LABEL_1", "LABEL_2"),
        BaseModel.open(GOLDEN.resolve("bert-seqcls")).labels());
  }

  @Test
  void open_brokenFolders_refusedByKind() throws IOException {
    assertRefused(ErrorKind.NOT_FOUND, "config.json", folder.resolve("none"));
    Path base = folder.resolve("base");
    SmallModels.bert(base);
    String config = Files.readString(base.resolve("config.json"));
    rewrite(base, config.replace("\"bert\"", "\"t5\""));
    assertRefused(ErrorKind.INVALID_DATA, "model_type", base);
    rewrite(base, config.replace("\"model_type\"", "\"hidden_act\":\"mish\",\"model_type\""));
    assertRefused(ErrorKind.INVALID_DATA, "hidden_act", base);
    rewrite(
        base,
        config.replace("\"model_type\"", "\"position_embedding_type\":\"rope\",\"model_type\""));
    assertRefused(ErrorKind.INVALID_DATA, "position_embedding_type", base);
    rewrite(base, config.replace("\"model_type\"", "\"is_decoder\":true,\"model_type\""));
    assertRefused(ErrorKind.INVALID_DATA, "is_decoder", base);
    rewrite(base, config.replace("\"num_attention_heads\":4", "\"num_attention_heads\":3"));
    assertRefused(ErrorKind.INVALID_DATA, "num_attention_heads", base);
    rewrite(base, config.replace("\"vocab_size\":30522", "\"vocab_size\":\"many\""));
    assertRefused(ErrorKind.INVALID_DATA, "vocab_size", base);
    rewrite(base, "[]");
    assertRefused(ErrorKind.CORRUPT, "config.json", base);
    rewrite(base, config);
    Files.writeString(base.resolve("model.safetensors"), "short");
    assertRefused(ErrorKind.CORRUPT, "model.safetensors", base);
    Files.writeString(
        base.resolve("model.safetensors"),
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 90868376\n");
    assertRefused(ErrorKind.CORRUPT, "a pointer of Git LFS", base);
    Files.delete(base.resolve("model.safetensors"));
    assertRefused(ErrorKind.NOT_FOUND, "model.safetensors", base);
    Files.writeString(base.resolve("pytorch_model.bin"), "pickled");
    assertRefused(ErrorKind.NOT_FOUND, "missing beside pytorch_model.bin", base);
    Files.writeString(
        base.resolve("model.safetensors.index.json"), "{\"weight_map\":{\"a\":\"../b\"}}");
    assertRefused(ErrorKind.CORRUPT, "weight_map", base);
  }

  @Test
  void write_wrongShapesOrMissingTensors_refused() throws IOException {
    Path base = folder.resolve("base");
    SmallModels.bert(base);
    String config = Files.readString(base.resolve("config.json"));
    rewrite(base, config.replace("\"intermediate_size\":32", "\"intermediate_size\":64"));
    assertZeroRefused("intermediate.dense", base);
    rewrite(base, config.replace("\"num_hidden_layers\":2", "\"num_hidden_layers\":3"));
    assertZeroRefused("layer.2", base);
  }

  @Test
  void write_weightsOfWholeNumbers_refusedByTheirName() throws IOException {
    Path base = folder.resolve("base");
    SmallModels.bert(base);
    Path weights = base.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    byte[] typed =
        new String(bytes, ISO_8859_1).replaceFirst("\"F32\"", "\"I32\"").getBytes(ISO_8859_1);
    Files.write(weights, typed);
    var e =
        assertThrows(
            FederationException.class,
            () -> SmallModels.checkpoint(BaseModel.open(base), PLAN, folder.resolve("zero")));
    assertEquals(ErrorKind.INVALID_DATA, e.kind());
    assertTrue(
        e.sentence()
            .contains("bert.embeddings.LayerNorm.bias: I32 (expected: F32, F64, F16 or BF16)"),
        e.sentence());
  }

  @Test
  void write_weightNotFinite_refusedWhetherTrainedOrFrozen() throws IOException {
    Path base = folder.resolve("base");
    SmallModels.bert(base);
    Path weights = base.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    String name = "bert.encoder.layer.0.output.dense.weight";
    long at = Safetensors.read(ByteSource.of(bytes)).position(name);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat((int) at + 4, Float.NaN);
    Files.write(weights, bytes);
    for (String what : List.of("all", "head")) {
      Plan plan = SmallModels.textPlan("{\"what\":\"" + what + "\"}");
      FederationException refusal =
          assertThrows(
              FederationException.class,
              () ->
                  SmallModels.checkpoint(
                      BaseModel.open(base), plan, folder.resolve("zero-" + what)));
      assertEquals(ErrorKind.INVALID_DATA, refusal.kind());
      assertTrue(refusal.sentence().contains(name + ": NaN"), refusal.sentence());
    }
  }

  @Test
  void trainedLayout_parts_headBelongsToEach() throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    Layout all = TrainedLayout.of(base, PLAN);
    Layout head = TrainedLayout.of(base, SmallModels.textPlan("{\"what\":\"head\"}"));
    Layout last = TrainedLayout.of(base, SmallModels.textPlan("{\"what\":\"last-1\"}"));
    assertEquals(5 + 2 * 16 + 4, all.tensors().size());
    assertEquals(
        List.of(
            "bert.pooler.dense.bias",
            "bert.pooler.dense.weight",
            "classifier.bias",
            "classifier.weight"),
        head.tensors().stream().map(TensorSpec::name).toList());
    assertEquals(16 + 4, last.tensors().size());
    assertTrue(last.find("bert.encoder.layer.1.output.dense.weight").isPresent());
    assertTrue(
        TrainedLayout.of(base, SmallModels.textPlan("{\"what\":\"last-9\"}"))
            .find("bert.encoder.layer.0.output.dense.weight")
            .isPresent());
  }

  @Test
  void trainedLayout_taskOfAnotherFamily_refused() throws IOException {
    BaseModel base = SmallModels.mlp(folder.resolve("base"));
    assertEquals(
        ErrorKind.INVALID_CONFIG,
        assertThrows(FederationException.class, () -> TrainedLayout.of(base, PLAN)).kind());
  }

  @Test
  void checkpointZero_baseWithoutHead_valuesKeptAndHeadDrawn() throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    Path zero = SmallModels.checkpoint(base, PLAN, folder.resolve("zero"));
    byte[] bytes = Files.readAllBytes(zero);
    SafetensorsHeader header = Safetensors.read(ByteSource.of(bytes));
    assertTrue(header.canonical());
    assertEquals(TrainedLayout.of(base, PLAN), header.layout());
    float[] head = floats(bytes, header, "bert.pooler.dense.weight");
    double square = 0;
    for (float value : head) {
      square += value * value;
    }
    assertEquals(0.02, Math.sqrt(square / head.length), 0.004);
    assertEquals(0, floats(bytes, header, "classifier.bias")[0]);
    String kept = "bert.encoder.layer.0.output.dense.weight";
    byte[] baseBytes = Files.readAllBytes(folder.resolve("base/model.safetensors"));
    assertEquals(
        FloatBuffer.wrap(floats(baseBytes, Safetensors.read(ByteSource.of(baseBytes)), kept)),
        FloatBuffer.wrap(floats(bytes, header, kept)));
  }

  @Test
  void checkpointZero_seed_decidesTheHeadAlone() throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    Path one = SmallModels.checkpoint(base, PLAN, folder.resolve("1"));
    Path again = SmallModels.checkpoint(base, PLAN, folder.resolve("2"));
    Plan other = Plan.parse(PLAN.toJson().canonical().replace("\"seed\":5", "\"seed\":6"));
    Path different = SmallModels.checkpoint(base, other, folder.resolve("3"));
    assertEquals(Digest.of(Files.readAllBytes(one)), Digest.of(Files.readAllBytes(again)));
    assertNotEquals(Digest.of(Files.readAllBytes(one)), Digest.of(Files.readAllBytes(different)));
  }

  @Test
  void checkpointZero_namesWithoutPrefix_sameBytes() throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    Path with = SmallModels.checkpoint(base, PLAN, folder.resolve("with"));
    Path plain = folder.resolve("plain");
    Files.createDirectories(plain);
    Files.copy(folder.resolve("base/config.json"), plain.resolve("config.json"));
    byte[] bytes = Files.readAllBytes(folder.resolve("base/model.safetensors"));
    SafetensorsHeader header = Safetensors.read(ByteSource.of(bytes));
    Layout renamed =
        Layout.of(
            header.layout().tensors().stream()
                .map(t -> new TensorSpec(t.name().substring(5), t.dtype(), t.shape()))
                .toList());
    byte[] head = Safetensors.canonicalHeader(renamed);
    int data = (int) header.layout().dataBytes();
    ByteBuffer file = ByteBuffer.allocate(head.length + data).put(head);
    file.put(bytes, bytes.length - data, data);
    Files.write(plain.resolve("model.safetensors"), file.array());
    Path without = SmallModels.checkpoint(BaseModel.open(plain), PLAN, folder.resolve("without"));
    assertEquals(Digest.of(Files.readAllBytes(with)), Digest.of(Files.readAllBytes(without)));
  }

  @Test
  void checkpointZero_ownHeadForTheSameLabels_isKept() throws IOException {
    BaseModel base = BaseModel.open(GOLDEN.resolve("bert-seqcls"));
    Plan same =
        Plan.parse(
            PLAN.toJson()
                .canonical()
                .replace("[\"no\",\"yes\"]", "[\"LABEL_0\",\"LABEL_1\",\"LABEL_2\"]"));
    Plan other =
        Plan.parse(PLAN.toJson().canonical().replace("[\"no\",\"yes\"]", "[\"a\",\"b\",\"c\"]"));
    byte[] kept = Files.readAllBytes(SmallModels.checkpoint(base, same, folder.resolve("1")));
    byte[] drawn = Files.readAllBytes(SmallModels.checkpoint(base, other, folder.resolve("2")));
    byte[] bytes = Files.readAllBytes(GOLDEN.resolve("bert-seqcls/model.safetensors"));
    float[] original = floats(bytes, Safetensors.read(ByteSource.of(bytes)), "classifier.weight");
    SafetensorsHeader header = Safetensors.read(ByteSource.of(kept));
    assertEquals(
        FloatBuffer.wrap(original), FloatBuffer.wrap(floats(kept, header, "classifier.weight")));
    assertNotEquals(
        FloatBuffer.wrap(original), FloatBuffer.wrap(floats(drawn, header, "classifier.weight")));
  }

  @Test
  void modelValues_checkpointOfAnotherLayout_refused() throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    Path head =
        SmallModels.checkpoint(
            base, SmallModels.textPlan("{\"what\":\"head\"}"), folder.resolve("head"));
    assertEquals(
        ErrorKind.CORRUPT,
        assertThrows(FederationException.class, () -> ModelValues.open(base, PLAN, head)).kind());
  }

  @Test
  void export_checkpoint_isABaseModelWithTheSameValuesAndLabels() throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    Plan plan = SmallModels.textPlan("{\"what\":\"head\"}");
    Path zero = SmallModels.checkpoint(base, plan, folder.resolve("zero"));
    Path out = folder.resolve("export");
    WrittenTensors written = HuggingFaceExport.write(base, plan, zero, out, ExportForm.USUAL);
    byte[] bytes = Files.readAllBytes(out.resolve("model.safetensors"));
    assertEquals(written.size(), bytes.length);
    assertEquals(written.digest(), Digest.of(bytes));
    assertEquals(Map.of("format", "pt"), Safetensors.read(ByteSource.of(bytes)).metadata());
    BaseModel exported = BaseModel.open(out);
    assertEquals(List.of("no", "yes"), exported.labels());
    JsonObject config = exported.config();
    assertEquals(
        "[\"BertForSequenceClassification\"]",
        config.find("architectures").orElseThrow().canonical());
    assertEquals("{\"no\":0,\"yes\":1}", config.find("label2id").orElseThrow().canonical());
    assertTrue(Files.exists(out.resolve("tokenizer.json")));
    assertTrue(Files.readString(out.resolve("README.md")).contains(plan.digest().toString()));
    Path again = SmallModels.checkpoint(exported, plan, folder.resolve("again"));
    assertEquals(Digest.of(Files.readAllBytes(zero)), Digest.of(Files.readAllBytes(again)));
  }

  @Test
  void half_everyKind_widenedExactly() {
    assertEquals(1f, HalfBits.ofF16((short) 0x3c00));
    assertEquals(-2.5f, HalfBits.ofF16((short) 0xc100));
    assertEquals(65504f, HalfBits.ofF16((short) 0x7bff));
    assertEquals(0x1p-24f, HalfBits.ofF16((short) 1));
    assertEquals(-0x1p-14f, HalfBits.ofF16((short) 0x8400));
    assertEquals(Float.NEGATIVE_INFINITY, HalfBits.ofF16((short) 0xfc00));
    assertTrue(Float.isNaN(HalfBits.ofF16((short) 0x7e00)));
    assertEquals(
        Float.floatToRawIntBits(-0f), Float.floatToRawIntBits(HalfBits.ofF16((short) 0x8000)));
  }

  private void assertZeroRefused(String what, Path base) {
    var e =
        assertThrows(
            FederationException.class,
            () -> SmallModels.checkpoint(BaseModel.open(base), PLAN, folder.resolve("zero")));
    assertEquals(ErrorKind.INVALID_DATA, e.kind());
    assertTrue(e.sentence().contains(what), e.sentence());
  }

  private static void assertRefused(ErrorKind kind, String what, Path base) {
    var e = assertThrows(FederationException.class, () -> BaseModel.open(base));
    assertEquals(kind, e.kind(), e.sentence());
    assertTrue(e.sentence().contains(what), e.sentence());
  }

  private static void rewrite(Path base, String config) throws IOException {
    JsonReader.read(config);
    Files.writeString(base.resolve("config.json"), config);
  }

  private static float[] floats(byte[] file, SafetensorsHeader header, String name) {
    TensorSpec spec = header.layout().find(name).orElseThrow();
    long position = header.positions().getOrDefault(name, -1L);
    FloatBuffer data =
        ByteBuffer.wrap(file, (int) position, (int) spec.bytes())
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    float[] floats = new float[data.remaining()];
    data.get(floats);
    return floats;
  }
}
