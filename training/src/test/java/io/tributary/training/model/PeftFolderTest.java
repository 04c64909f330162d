package io.tributary.training.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.LoraPlan;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Task;
import io.tributary.training.torch.TorchRuntime;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adapter folders of PEFT: read, refused, gone on from, written, merged. */
class PeftFolderTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final TokenInputs TEXTS =
      new TokenInputs(
          new int[][] {{101, 2000, 3000, 102}, {101, 500, 102}}, new int[0][], new int[] {1, 0});
  private static final Head HEAD = Head.of(Task.TEXT_CLASSIFICATION, 3);
  private static final String LORA =
      "{\"what\":\"lora\",\"lora\":{\"rank\":2,\"alpha\":3,\"targets\":[\"query\",\"*.1.*.dense\"]}}";

  @TempDir Path folder;

  private Path copy(String name) throws IOException {
    Path from = GOLDEN.resolve(name).resolve("adapter");
    Path to = Files.createDirectories(folder.resolve("adapter"));
    for (String file : List.of(PeftFolder.CONFIG, PeftFolder.WEIGHTS)) {
      Files.copy(from.resolve(file), to.resolve(file));
    }
    return to;
  }

  private static BaseModel base(String name) {
    return BaseModel.open(GOLDEN.resolve(name).resolve("base"));
  }

  private static void set(Path adapter, String key, String json) throws IOException {
    Path file = adapter.resolve(PeftFolder.CONFIG);
    var read = (JsonObject) JsonReader.read(Files.readAllBytes(file));
    Map<String, JsonValue> fields = new TreeMap<>(read.fields());
    fields.put(key, JsonReader.read(json));
    Files.writeString(file, JsonValue.object(fields).canonical(), UTF_8);
  }

  private static void assertRefused(
      ErrorKind kind, String part, org.junit.jupiter.api.function.Executable what) {
    var e = assertThrows(FederationException.class, what);
    assertEquals(kind, e.kind(), e.sentence());
    assertTrue(e.sentence().contains(part), e.sentence());
    assertEquals(1, e.sentence().lines().count(), e.sentence());
  }

  @Test
  void settings_peftsOwnFolder_repeatedAndMissingModulesAreTolerated() {
    PeftFolder adapter = PeftFolder.open(GOLDEN.resolve("lora-bert-head").resolve("adapter"));
    assertEquals(
        new LoraPlan(4, 8, 0, false, List.of("query", "value"), Optional.of(List.of("classifier"))),
        adapter.settings(base("lora-bert-head"), HEAD));
  }

  @Test
  void settings_targetsAsPattern_areTheModulesOfTheWeights() throws IOException {
    Path adapter = copy("lora-bert");
    set(adapter, "target_modules", "\".*attention.self.(query|value)\"");
    set(adapter, "layers_to_transform", "[0,1]");
    assertEquals(
        List.of(
            "bert.encoder.layer.0.attention.self.query",
            "bert.encoder.layer.0.attention.self.value",
            "bert.encoder.layer.1.attention.self.query",
            "bert.encoder.layer.1.attention.self.value"),
        PeftFolder.open(adapter).settings(base("lora-bert"), HEAD).targets());
  }

  @Test
  void settings_rankStabilised_scalesByTheRoot() throws IOException {
    Path adapter = copy("lora-bert");
    set(adapter, "use_rslora", "true");
    assertEquals(4, PeftFolder.open(adapter).settings(base("lora-bert"), HEAD).scaling());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "use_dora | true",
        "use_qalora | true",
        "lora_bias | true",
        "bias | \"all\"",
        "bias | \"lora_only\"",
        "peft_type | \"IA3\"",
        "rank_pattern | {\"query\":8}",
        "alpha_pattern | {\"query\":8}",
        "layer_replication | [[0,1]]",
        "target_parameters | [\"w\"]",
        "trainable_token_indices | [1,2]",
        "alora_invocation_tokens | [1]",
        "megatron_config | {\"a\":1}",
        "init_lora_weights | \"pissa\"",
        "init_lora_weights | \"olora\"",
        "a_setting_of_tomorrow | 7",
        "r | 0",
        "lora_dropout | 1",
        "lora_alpha | \"much\""
      })
  void open_settingThatIsNotComputed_refusedInOneLine(String key, String json) throws IOException {
    Path adapter = copy("lora-bert");
    set(adapter, key, json);
    assertRefused(ErrorKind.INVALID_DATA, key, () -> PeftFolder.open(adapter));
  }

  @Test
  void open_filesThatAreNotThere_refused() throws IOException {
    assertRefused(ErrorKind.NOT_FOUND, "not readable", () -> PeftFolder.open(folder));
    Path adapter = copy("lora-bert");
    Files.delete(adapter.resolve(PeftFolder.WEIGHTS));
    assertRefused(ErrorKind.NOT_FOUND, "missing", () -> PeftFolder.open(adapter));
  }

  @Test
  void settings_adapterOfAnotherModel_refused() throws IOException {
    Path adapter = copy("lora-gpt2");
    assertRefused(
        ErrorKind.INVALID_DATA,
        "linear modules of the model",
        () -> PeftFolder.open(adapter).settings(base("lora-bert"), HEAD));
    set(adapter, "r", "3");
    assertRefused(
        ErrorKind.INVALID_DATA,
        "as model and rank have it",
        () ->
            PeftFolder.open(adapter)
                .settings(base("lora-gpt2"), Head.of(Task.CAUSAL_LANGUAGE_MODELLING, 0)));
  }

  @ParameterizedTest
  @CsvSource({
    "base_model.model.bert.encoder.layer.0.attention.self.query.lora_A.weight, missing",
    "base_model.model.bert.more.weight, unknown",
    "base_model.model.bert.embeddings.word_embeddings.lora_embedding_A, unknown",
    "bert.encoder.layer.0.attention.self.query.lora_B.weight, of another form"
  })
  void settings_otherTensors_refused(String name, String part) throws IOException {
    Path adapter = copy("lora-bert");
    rename(
        adapter.resolve(PeftFolder.WEIGHTS),
        "base_model.model.bert.encoder.layer.0.attention.self.query.lora_B.weight",
        name.endsWith("lora_A.weight") ? "base_model.model.classifier.bias" : name);
    assertRefused(
        ErrorKind.INVALID_DATA,
        name.endsWith("lora_A.weight") ? "shape" : part,
        () -> PeftFolder.open(adapter).settings(base("lora-bert"), HEAD));
  }

  /** Gives a tensor another name; data stays where it is. */
  private static void rename(Path file, String from, String to) throws IOException {
    OtherNames.copy(file, file, name -> name.equals(from) ? to : name);
  }

  private LiveModel live(BaseModel base, Plan plan, Path trained) throws IOException {
    TokenRows rows = TokenRows.of(IntStream.concat(IntStream.of(0), TEXTS.tokens()));
    try (ModelValues values = ModelValues.open(base, plan, trained)) {
      return LiveModel.open(TorchRuntime.start(1), plan.train(), values, rows, true);
    }
  }

  /** A checkpoint whose every number is another than at the start. */
  private Path trained(BaseModel base, Plan plan) throws IOException {
    Path file = SmallModels.checkpoint(base, plan, folder.resolve("trained"));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      var layout = TrainedLayout.of(base, plan);
      var data =
          java.nio.ByteBuffer.allocate((int) layout.dataBytes())
              .order(java.nio.ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; data.hasRemaining(); i++) {
        data.putFloat((i % 13 - 6) * 0.03f);
      }
      channel.write(data.flip(), Safetensors.canonicalHeader(layout).length);
    }
    return file;
  }

  @Test
  void write_checkpointOfAdapters_comesBackWithEqualLogitsAndSettings() throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    Plan plan = SmallModels.textPlan(LORA);
    Path trained = trained(base, plan);
    PeftExport.write(base, plan, trained, folder.resolve("out"), ExportForm.USUAL);
    ModelMerge.write(
        base, PeftFolder.open(folder.resolve("out")), folder.resolve("merged"), ExportForm.USUAL);
    HuggingFaceExport.write(base, plan, trained, folder.resolve("whole"), ExportForm.USUAL);
    int[] batch = {0, 1};
    float[] wanted;
    try (LiveModel model = live(base, plan, trained)) {
      wanted = model.logits(TEXTS, batch);
    }
    for (String name : List.of("merged", "whole")) {
      BaseModel merged = BaseModel.open(folder.resolve(name));
      assertEquals(List.of("no", "yes"), merged.labels());
      try (ModelValues values = ModelValues.ofBase(merged, Head.of(Task.TEXT_CLASSIFICATION, 2));
          LiveModel model =
              LiveModel.open(
                  TorchRuntime.start(1),
                  SmallModels.textPlan("{}").train(),
                  values,
                  TokenRows.of(IntStream.concat(IntStream.of(0), TEXTS.tokens())),
                  false)) {
        assertArrayEquals(wanted, model.logits(TEXTS, batch), 1e-5f);
      }
    }
    assertTrue(Files.readString(folder.resolve("out/README.md")).contains("library_name: peft"));
    assertTrue(Files.exists(folder.resolve("out/tokenizer.json")));
    String config = Files.readString(folder.resolve("out").resolve(PeftFolder.CONFIG));
    assertTrue(config.contains("\"modules_to_save\":[\"bert.pooler\",\"classifier\"]"), config);
    assertTrue(config.contains("\"task_type\":\"SEQ_CLS\""), config);
  }

  @Test
  void settings_adapterOnALanguageHead_refusedWithWhatToDo() throws IOException {
    Path adapter = copy("lora-gpt2");
    rename(
        adapter.resolve(PeftFolder.WEIGHTS),
        "base_model.model.transformer.h.0.attn.c_attn.lora_A.weight",
        "base_model.model.lm_head.base_layer.weight");
    assertRefused(
        ErrorKind.INVALID_DATA,
        "a weight of the base model (expected: adapters and saved modules). Merge the adapter",
        () ->
            PeftFolder.open(adapter)
                .settings(base("lora-gpt2"), Head.of(Task.CAUSAL_LANGUAGE_MODELLING, 0)));
  }

  /** Transformers names a ViT's parts otherwise in memory than in files; PEFT sees the first. */
  @Test
  void merge_vitNamedAsInFiles_sameWeightsAsNamedAsInMemory() throws IOException {
    Path adapter = copy("lora-vit");
    BaseModel base = base("lora-vit");
    ModelMerge.write(base, PeftFolder.open(adapter), folder.resolve("new"), ExportForm.USUAL);
    Path weights = adapter.resolve(PeftFolder.WEIGHTS);
    OtherNames.copy(
        weights,
        weights,
        name ->
            name.replace("vit.layers.", "vit.encoder.layer.")
                .replace("attention.q_proj", "attention.attention.query")
                .replace("attention.v_proj", "attention.attention.value"));
    ModelMerge.write(base, PeftFolder.open(adapter), folder.resolve("old"), ExportForm.USUAL);
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("new").resolve(BaseModel.WEIGHTS)),
        Files.readAllBytes(folder.resolve("old").resolve(BaseModel.WEIGHTS)));
  }

  @Test
  void write_vit_namesThatPeftFindsAndWeRead() throws IOException {
    BaseModel base = base("lora-vit");
    Plan plan =
        SmallModels.plan(
            "image-classification",
            "{\"what\":\"lora\",\"lora\":{\"rank\":2,\"targets\":[\"query\",\"*.dense\"]}}");
    Path trained = trained(base, plan);
    Path out = folder.resolve("out");
    PeftExport.write(base, plan, trained, out, ExportForm.USUAL);
    List<String> targets = PeftConfig.targets(BaseModel.json(out.resolve(PeftFolder.CONFIG)));
    assertEquals(8, targets.size());
    assertTrue(targets.contains("vit.layers.1.attention.q_proj"), targets.toString());
    assertTrue(targets.contains("vit.layers.0.mlp.fc2"), targets.toString());
    assertMergesToTheWhole(base, plan, trained, out);
  }

  private void assertMergesToTheWhole(BaseModel base, Plan plan, Path trained, Path adapter)
      throws IOException {
    HuggingFaceExport.write(base, plan, trained, folder.resolve("whole"), ExportForm.USUAL);
    ModelMerge.write(base, PeftFolder.open(adapter), folder.resolve("merged"), ExportForm.USUAL);
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("whole").resolve(BaseModel.WEIGHTS)),
        Files.readAllBytes(folder.resolve("merged").resolve(BaseModel.WEIGHTS)));
  }

  /** PEFT takes every module whose name ends with a saved one's for saved, and wants its values. */
  @Test
  void write_frozenModuleNamedLikeASavedOne_isWrittenToo() throws IOException {
    BaseModel base = BaseModel.open(GOLDEN.resolve("distilbert-seqcls"));
    String labels = "\"" + String.join("\",\"", base.labels()) + "\"";
    Plan plan =
        Plan.parse(
            "{\"name\":\"small\",\"model\":{\"base\":\"small\",\"task\":\"text-classification\",\"labels\":["
                + labels
                + "],\"max-tokens\":8},\"train\":{\"what\":\"lora\",\"lora\":{\"targets\":[\"q_lin\"]}}}");
    Path trained = trained(base, plan);
    assertEquals(
        List.of(),
        TrainedLayout.of(base, plan).tensors().stream()
            .filter(t -> t.name().startsWith("pre_"))
            .toList());
    Path out = folder.resolve("out");
    PeftExport.write(base, plan, trained, out, ExportForm.USUAL);
    Head head = Head.of(Task.TEXT_CLASSIFICATION, base.labels().size());
    assertEquals(
        Optional.of(List.of("classifier", "pre_classifier")),
        PeftFolder.open(out)
            .settings(base, head)
            .save()
            .map(names -> names.stream().sorted().toList()));
    assertMergesToTheWhole(base, plan, trained, out);
  }

  @Test
  void write_planWithoutAdapters_refused() throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    Plan plan = SmallModels.textPlan("{\"what\":\"head\"}");
    Path zero = SmallModels.checkpoint(base, plan, folder.resolve("zero"));
    assertRefused(
        ErrorKind.INVALID_ARGUMENT,
        "train.what head",
        () -> PeftExport.write(base, plan, zero, folder.resolve("out"), ExportForm.USUAL));
    assertTrue(Files.notExists(folder.resolve("out")));
  }

  @Test
  void checkpointZero_baseWithAnAdapter_startsFromIt() throws IOException {
    SmallModels.bert(folder.resolve("base"));
    Plan plan = SmallModels.textPlan(LORA);
    Path trained = trained(BaseModel.open(folder.resolve("base")), plan);
    PeftExport.write(
        BaseModel.open(folder.resolve("base")),
        plan,
        trained,
        folder.resolve("base/adapter"),
        ExportForm.USUAL);
    BaseModel with = BaseModel.open(folder.resolve("base"));
    LoraPlan settings =
        with.adapter().orElseThrow().settings(with, Head.of(Task.TEXT_CLASSIFICATION, 2));
    Plan going =
        SmallModels.textPlan("{\"what\":\"lora\",\"lora\":" + settings.toJson().canonical() + "}");
    Path zero = SmallModels.checkpoint(with, going, folder.resolve("zero"));
    assertArrayEquals(Files.readAllBytes(trained), Files.readAllBytes(zero));
    assertRefused(
        ErrorKind.INVALID_CONFIG,
        "what the adapter has",
        () -> TrainedLayout.of(with, SmallModels.textPlan("{\"what\":\"lora\"}")));
    assertRefused(
        ErrorKind.INVALID_CONFIG,
        "model merge",
        () -> TrainedLayout.of(with, SmallModels.textPlan("{\"what\":\"head\"}")));
  }

  @Test
  void baseModel_folderWithAnAdapterAlone_refusedWithWhatToDo() throws IOException {
    Path adapter = copy("lora-bert");
    assertRefused(ErrorKind.INVALID_DATA, "model merge", () -> BaseModel.open(adapter));
  }
}
