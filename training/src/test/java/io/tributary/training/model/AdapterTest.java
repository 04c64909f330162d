package io.tributary.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.lora.AdapterLayout;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Task;
import io.tributary.training.torch.TorchRuntime;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Low-rank adapters and biases: what moves, how it starts, its gradients, what is refused. */
class AdapterTest {
  private static final TokenInputs TEXTS =
      new TokenInputs(
          new int[][] {{101, 2000, 3000, 4000, 102}, {101, 5000, 102}, {101, 2000, 2000, 102}},
          new int[0][],
          new int[] {1, 0, 1});
  private static final TokenInputs SHORT =
      new TokenInputs(
          new int[][] {{5, 20, 30, 40, 6}, {5, 50, 6}, {5, 20, 20, 6}},
          new int[0][],
          new int[] {1, 0, 1});
  private static final String QUERY_VALUE =
      "{\"what\":\"lora\",\"lora\":{\"rank\":2,\"targets\":[\"query\",\"value\"]}}";

  @TempDir Path folder;

  private static TokenRows rows(TokenInputs texts) {
    return TokenRows.of(IntStream.concat(IntStream.of(0, 1), texts.tokens()));
  }

  private LiveModel open(BaseModel base, Plan plan, TokenRows rows) throws IOException {
    Path zero = SmallModels.checkpoint(base, plan, folder.resolve("zero-" + plan.digest().hex()));
    try (ModelValues values = ModelValues.open(base, plan, zero)) {
      return LiveModel.open(TorchRuntime.start(1), plan.train(), values, rows, true);
    }
  }

  private static List<String> names(BaseModel base, Plan plan) {
    return TrainedLayout.of(base, plan).tensors().stream().map(TensorSpec::name).toList();
  }

  private static String lora(String more) {
    return "{\"what\":\"lora\",\"lora\":{" + more + "}}";
  }

  private static void assertRefused(String part, BaseModel base, Plan plan) {
    var e = assertThrows(FederationException.class, () -> TrainedLayout.of(base, plan));
    assertEquals(ErrorKind.INVALID_CONFIG, e.kind());
    assertTrue(e.sentence().contains(part), e.sentence());
    assertEquals(1, e.sentence().lines().count());
  }

  @Test
  void layout_lora_onlyAdaptersAndTheHeadTravel() throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    Plan plan = SmallModels.textPlan(QUERY_VALUE);
    assertEquals(
        List.of(
            "bert.encoder.layer.0.attention.self.query.lora_A.weight",
            "bert.encoder.layer.0.attention.self.query.lora_B.weight",
            "bert.encoder.layer.0.attention.self.value.lora_A.weight",
            "bert.encoder.layer.0.attention.self.value.lora_B.weight",
            "bert.encoder.layer.1.attention.self.query.lora_A.weight",
            "bert.encoder.layer.1.attention.self.query.lora_B.weight",
            "bert.encoder.layer.1.attention.self.value.lora_A.weight",
            "bert.encoder.layer.1.attention.self.value.lora_B.weight",
            "bert.pooler.dense.bias",
            "bert.pooler.dense.weight",
            "classifier.bias",
            "classifier.weight"),
        names(base, plan));
    try (LiveModel model = open(base, plan, rows(TEXTS))) {
      long travelling = TrainedLayout.of(base, plan).dataBytes() / Float.BYTES;
      assertEquals(travelling, model.parameters().trainable().gradients().elements());
      assertThrows(
          IllegalArgumentException.class,
          () -> model.parameters().gradient("bert.encoder.layer.0.attention.self.query.weight"));
    }
  }

  @Test
  void layout_biases_biasesAndTheHeadTravel() throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    List<String> names = names(base, SmallModels.textPlan("{\"what\":\"biases\"}"));
    assertTrue(names.contains("classifier.weight"));
    assertTrue(names.contains("bert.pooler.dense.weight"));
    assertTrue(names.contains("bert.embeddings.LayerNorm.bias"));
    assertEquals(
        List.of("bert.pooler.dense.weight", "classifier.weight"),
        names.stream().filter(name -> !name.endsWith(".bias")).toList());
    assertEquals(2 * 8 + 1 + 2 + 2, names.size());
  }

  @Test
  void checkpointZero_lora_startsAsTheBaseWithAsInTheirBoundsFromTheSeed() throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    Plan plan = SmallModels.textPlan(QUERY_VALUE);
    String module = "bert.encoder.layer.1.attention.self.value";
    try (LiveModel adapted = open(base, plan, rows(TEXTS));
        LiveModel plain = open(base, SmallModels.textPlan("{}"), rows(TEXTS))) {
      FloatBuffer a = adapted.parameters().bytes(AdapterLayout.a(module)).asFloatBuffer();
      double bound = 1 / Math.sqrt(16);
      double largest = 0;
      while (a.hasRemaining()) {
        largest = Math.max(largest, Math.abs(a.get()));
      }
      assertTrue(largest <= bound && largest > bound * 0.8, "largest " + largest);
      FloatBuffer b = adapted.parameters().bytes(AdapterLayout.b(module)).asFloatBuffer();
      while (b.hasRemaining()) {
        assertEquals(0f, b.get());
      }
      int[] batch = {0, 1, 2};
      assertArrayEquals(plain.logits(TEXTS, batch), adapted.logits(TEXTS, batch));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bert, all-linear, 0",
    "bert, all-linear, 0.3",
    "bert, 'query,dense,classifier', 0.3",
    "roberta, 'value,*.dense,classifier.dense', 0.2",
    "distilbert, 'q_lin,lin1,pre_classifier', 0.2"
  })
  void gradients_adaptedRelatives_matchDifferencesOfLosses(
      String family, String targets, double dropout) throws IOException {
    BaseModel base = withHead(SmallModels.relative(family, folder.resolve("base")));
    String list = "[\"" + targets.replace(",", "\",\"") + "\"]";
    String lora = "{\"rank\":3,\"dropout\":" + dropout + ",\"save\":[],\"targets\":" + list + "}";
    Plan plan = SmallModels.textPlan("{\"dropout\":0.2,\"what\":\"lora\",\"lora\":" + lora + "}");
    try (LiveModel model = open(base, plan, rows(TEXTS))) {
      Slopes.spread(model);
      Slopes.assertSlope(model, TEXTS, new int[] {0, 1, 2}, DropoutMasks.of(7, 0));
      Slopes.assertSlope(model, TEXTS, new int[] {0, 2}, DropoutMasks.NONE);
    }
  }

  /** The same with a head for the labels of the plans here, so that it can be frozen. */
  private BaseModel withHead(BaseModel body) throws IOException {
    Plan plan = SmallModels.textPlan("{}");
    Path zero = SmallModels.checkpoint(body, plan, folder.resolve("head"));
    HuggingFaceExport.write(body, plan, zero, folder.resolve("whole"), ExportForm.USUAL);
    return BaseModel.open(folder.resolve("whole"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradients_adaptedGpt2_matchDifferencesOfLosses(boolean recompute) throws IOException {
    BaseModel base = SmallModels.gpt2(folder.resolve("base"), false);
    String targets = "\"targets\":[\"c_attn\",\"mlp.c_proj\",\"lm_head\"]";
    Plan plan = generating("{\"what\":\"lora\",\"lora\":{\"dropout\":0.2," + targets + "}}");
    TokenInputs texts = SmallModels.asked(SHORT, Head.of(Task.CAUSAL_LANGUAGE_MODELLING, 0));
    try (LiveModel model = live(base, plan, rows(SHORT))) {
      ((SegmentedModel) model).recompute(recompute);
      Slopes.spread(model);
      Slopes.assertSlope(model, texts, new int[] {0, 1, 2}, DropoutMasks.of(7, 0));
      Slopes.assertSlope(model, texts, new int[] {0, 2}, DropoutMasks.NONE);
    }
  }

  private static Plan generating(String train) {
    return Plan.parse(
        "{\"name\":\"small\",\"model\":{\"base\":\"small\",\"task\":\"causal-language-modelling\"},"
            + "\"train\":"
            + train
            + "}");
  }

  /** Opens a model for a task that examples can't be encoded for. */
  private LiveModel live(BaseModel base, Plan plan, TokenRows rows) throws IOException {
    var lora = (io.tributary.federation.plan.TrainedPart.Lora) plan.train().what();
    Architecture model = base.architecture(Head.of(plan.model()));
    var adapted = AdaptedArchitecture.of(model, lora.settings(), p -> false);
    try (ModelValues values = ModelValues.withoutHead(base, adapted)) {
      return LiveModel.open(TorchRuntime.start(1), plan.train(), values, rows, true);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "distilbert"})
  void gradients_biases_sameAsWithEverythingTrained(String family) throws IOException {
    BaseModel base = SmallModels.relative(family, folder.resolve("base"));
    int[] batch = {0, 1, 2};
    try (LiveModel all = open(base, SmallModels.textPlan("{}"), rows(TEXTS));
        LiveModel some = open(base, SmallModels.textPlan("{\"what\":\"biases\"}"), rows(TEXTS))) {
      assertEquals(
          all.gradients(TEXTS, batch, DropoutMasks.NONE),
          some.gradients(TEXTS, batch, DropoutMasks.NONE));
      for (TensorSpec tensor :
          TrainedLayout.of(base, SmallModels.textPlan("{\"what\":\"biases\"}")).tensors()) {
        assertEquals(
            all.parameters().gradient(tensor.name()), some.parameters().gradient(tensor.name()));
      }
    }
  }

  @Test
  void gradients_segmentedBiases_sameAsWithEverythingTrained() throws IOException {
    BaseModel base = SmallModels.gpt2(folder.resolve("base"), true);
    Plan biases = SmallModels.textPlan("{\"what\":\"biases\"}");
    int[] batch = {0, 1, 2};
    try (LiveModel all = open(base, SmallModels.textPlan("{}"), rows(SHORT));
        LiveModel some = open(base, biases, rows(SHORT))) {
      all.gradients(SHORT, batch, DropoutMasks.NONE);
      some.gradients(SHORT, batch, DropoutMasks.NONE);
      for (String name : names(base, biases)) {
        assertEquals(all.parameters().gradient(name), some.parameters().gradient(name), name);
      }
    }
  }

  @Test
  void gradients_mlpBiases_sameAsWithEverythingTrained() throws IOException {
    BaseModel base = SmallModels.mlp(folder.resolve("base"));
    var inputs = new RowInputs(new float[][] {{1, -2, 3, 0.5f}, {0, 1, -1, 2}}, new int[] {1, 0});
    Plan biases = SmallModels.plan("tabular-classification", "{\"what\":\"biases\"}");
    Plan everything = SmallModels.plan("tabular-classification", "{}");
    try (LiveModel all = open(base, everything, TokenRows.none());
        LiveModel some = open(base, biases, TokenRows.none())) {
      all.gradients(inputs, new int[] {0, 1}, DropoutMasks.NONE);
      some.gradients(inputs, new int[] {0, 1}, DropoutMasks.NONE);
      for (String name : names(base, biases)) {
        assertEquals(all.parameters().gradient(name), some.parameters().gradient(name));
      }
    }
  }

  @Test
  void gradients_adaptersDropInputs_sameMasksSameLoss() throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    String train = "{\"dropout\":0,\"what\":\"lora\",\"lora\":{\"dropout\":0.5}}";
    try (LiveModel model = open(base, SmallModels.textPlan(train), rows(TEXTS))) {
      Slopes.spread(model);
      int[] batch = {0, 1, 2};
      double loss = model.gradients(TEXTS, batch, DropoutMasks.of(7, 0));
      assertEquals(loss, model.gradients(TEXTS, batch, DropoutMasks.of(7, 0)));
      assertNotEquals(loss, model.gradients(TEXTS, batch, DropoutMasks.of(7, 1)));
      assertNotEquals(loss, model.gradients(TEXTS, batch, DropoutMasks.NONE));
    }
  }

  @Test
  void targets_namesEndsAndStars_chooseAsPeftDoes() throws IOException {
    Architecture bert = SmallModels.bert(folder.resolve("base")).architecture(head());
    assertEquals(4, LinearModules.chosen(bert, List.of("query", "self.value")).size());
    assertEquals(3 * 2 + 1, LinearModules.chosen(bert, List.of("dense")).size());
    assertEquals(
        List.of("bert.encoder.layer.1.output.dense.weight"),
        LinearModules.chosen(bert, List.of("bert.encoder.layer.1.output.dense")).stream()
            .map(ParameterSpec::name)
            .toList());
    assertEquals(3, LinearModules.chosen(bert, List.of("*.layer.0.*.dense")).size());
    assertEquals(12, LinearModules.chosen(bert, List.of("all-linear")).size());
  }

  private static Head head() {
    return Head.of(Task.TEXT_CLASSIFICATION, 2);
  }

  @Test
  void layout_targetThatMeansNothing_refusedWithThoseThereAre() throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    assertRefused("query, key, value, dense", base, plan("\"targets\":[\"query\",\"q_proj\"]"));
    assertRefused("\"word_embeddings\"", base, plan("\"targets\":[\"word_embeddings\"]"));
    assertRefused("\"LayerNorm\"", base, plan("\"targets\":[\"LayerNorm\"]"));
  }

  private static Plan plan(String lora) {
    return SmallModels.textPlan(lora(lora));
  }

  @Test
  void layout_badLists_refused() throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    assertRefused("\"decoder\"", base, plan("\"save\":[\"decoder\",\"classifier\"]"));
    assertRefused("without bert.pooler.dense", base, plan("\"save\":[\"classifier\"]"));
    assertRefused(
        "without those it is computed with",
        base,
        plan("\"targets\":[\"key\"],\"save\":[\"pooler\",\"classifier\",\"query\"]"));
    assertRefused(
        "no module that is a target too",
        base,
        plan("\"targets\":[\"dense\"],\"save\":[\"pooler\",\"classifier\"]"));
  }

  @Test
  void layout_familyWithoutAdapters_refused() throws IOException {
    BaseModel base = SmallModels.mlp(folder.resolve("base"));
    assertRefused(
        "its family takes no adapters", base, SmallModels.plan("tabular-classification", lora("")));
  }

  @Test
  void mask_ofTheScript_isThatOfTheCounter() {
    var masks = DropoutMasks.of(11, 3).derived(5);
    double rate = 0.3;
    try (var scope = TorchRuntime.start(1).scope()) {
      long[] table = {0, 1, 0, 0, 4, masks.keyLow(), masks.keyHigh()};
      FloatBuffer actual =
          scope.call("adapter_mask", table, new double[] {1, rate}, 5L, 7L).floats();
      var expected = java.nio.ByteBuffer.allocate(35 * Float.BYTES);
      masks.fill(expected.asIntBuffer(), 0, rate);
      float[] wanted = new float[35];
      expected.asFloatBuffer().get(wanted);
      float[] found = new float[35];
      actual.get(found);
      assertArrayEquals(wanted, found);
      assertTrue(Arrays.toString(wanted).contains("0.0"), "some are dropped");
    }
  }
}
