package io.tributary.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Precision;
import io.tributary.federation.plan.Task;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.torch.TorchRuntime;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Products of matrices in bfloat16, with what no golden folder has: dropout, padding, adapters. */
class PrecisionTest {
  private static final Head LANGUAGE = Head.of(Task.CAUSAL_LANGUAGE_MODELLING, 0);
  private static final int[][] IDS = {{3, 41, 7, 59, 20, 5, 9}, {12, 40, 2, 11}, {59, 17, 17}};
  private static final TokenInputs TEXTS = new TokenInputs(IDS, new int[0][], new int[] {1, 0, 1});
  private static final int[] ALL = {0, 1, 2};
  private static final TokenRows ROWS = TokenRows.of(IntStream.range(0, 60));

  @TempDir Path folder;

  static List<String> configs() {
    String sizes = "{\"vocab_size\":60,\"hidden_size\":32,\"num_hidden_layers\":2,";
    return List.of(
        sizes
            + "\"model_type\":\"bert\",\"num_attention_heads\":4,\"intermediate_size\":48,"
            + "\"max_position_embeddings\":24}",
        "{\"model_type\":\"gpt2\",\"vocab_size\":60,\"n_embd\":32,\"n_layer\":2,\"n_head\":4,"
            + "\"n_positions\":24,\"pad_token_id\":0}",
        sizes
            + "\"model_type\":\"qwen2\",\"num_attention_heads\":4,\"num_key_value_heads\":2,"
            + "\"intermediate_size\":48,\"max_position_embeddings\":24,\"pad_token_id\":0,"
            + "\"use_sliding_window\":true,\"sliding_window\":3,\"max_window_layers\":1}");
  }

  private BaseModel base(String config) throws IOException {
    Path base = folder.resolve("base-" + config.hashCode());
    if (Files.notExists(base)) {
      JsonObject json = (JsonObject) JsonReader.read(config);
      RandomBase.write(base, json, new RandomStreams(6).stream(0, "", "test"));
    }
    return BaseModel.open(base);
  }

  private LiveModel live(String config, String train) throws IOException {
    BaseModel base = base(config);
    Plan plan = SmallModels.textPlan(train);
    try (ModelValues values =
        ModelValues.withoutHead(base, TrainedLayout.architecture(base, plan))) {
      LiveModel model = LiveModel.open(TorchRuntime.start(1), plan.train(), values, ROWS, true);
      Slopes.spread(model);
      return model;
    }
  }

  private static float[] gradients(LiveModel model) {
    FloatBuffer from = model.parameters().trainable().gradients().floats();
    float[] copy = new float[from.remaining()];
    from.get(copy);
    return copy;
  }

  /** Length of the difference over the length. */
  private static double away(float[] actual, float[] expected) {
    double away = 0;
    double whole = 0;
    for (int i = 0; i < expected.length; i++) {
      away += Math.pow(actual[i] - expected[i], 2);
      whole += Math.pow(expected[i], 2);
    }
    return Math.sqrt(away / whole);
  }

  /** Near the float32 ones, and not the same: so rounded factors were multiplied. */
  private static void assertNearButRounded(LiveModel model, Inputs inputs) {
    for (DropoutMasks masks : List.of(DropoutMasks.NONE, DropoutMasks.of(7, 0))) {
      model.precision(Precision.F32);
      double loss = model.gradients(inputs, ALL, masks);
      float[] exact = gradients(model);
      model.precision(Precision.BF16);
      assertEquals(loss, model.gradients(inputs, ALL, masks), 0.01 * (1 + loss));
      double away = away(gradients(model), exact);
      assertTrue(away > 1e-4 && away < 0.05, "gradients differ by " + away);
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void gradients_dropoutAndPadding_nearFloat32(String config) throws IOException {
    for (String what : List.of("all", "last-1", "lora")) {
      String more = what.equals("lora") ? ",\"lora\":{\"rank\":4,\"dropout\":0.2}" : "";
      try (LiveModel model =
          live(config, "{\"dropout\":0.2,\"what\":\"" + what + "\"" + more + "}")) {
        assertNearButRounded(model, TEXTS);
      }
    }
  }

  /** Rows of padding see nothing at all. */
  @Test
  void gradients_textsFilledUpAtTheLeft_nearFloat32() throws IOException {
    int[][] left = {IDS[0], {7, 7, 7, 12, 40, 2, 11}, {0, 0, 0, 0, 59, 17, 17}};
    int[][] seen = {{1, 1, 1, 1, 1, 1, 1}, {0, 0, 0, 1, 1, 1, 1}, {0, 0, 0, 0, 1, 1, 1}};
    var inputs = new TokenInputs(left, new int[0][], seen, new Targets.Labels(new int[] {1, 0, 1}));
    try (LiveModel model = live(configs().get(2), "{\"dropout\":0.2}")) {
      assertNearButRounded(model, inputs);
    }
  }

  @Test
  void gradients_layersComputedAgain_sameBytes() throws IOException {
    try (LiveModel model = live(configs().get(1), "{\"precision\":\"bf16\"}")) {
      double loss = model.gradients(TEXTS, ALL, DropoutMasks.of(7, 0));
      float[] remembered = gradients(model);
      model.recompute(true);
      assertEquals(loss, model.gradients(TEXTS, ALL, DropoutMasks.of(7, 0)));
      assertArrayEquals(remembered, gradients(model));
    }
  }

  @Test
  void logits_afterTrainingInBf16_areFloat32() throws IOException {
    for (String config : configs()) {
      try (LiveModel plain = live(config, "{}");
          LiveModel mixed = live(config, "{\"precision\":\"bf16\"}")) {
        mixed.gradients(TEXTS, ALL, DropoutMasks.NONE);
        assertArrayEquals(plain.logits(TEXTS, ALL), mixed.logits(TEXTS, ALL));
      }
    }
  }

  @Test
  void architecture_familyOfFloat32Alone_isRefusedBeforeAnything() throws IOException {
    BaseModel base = SmallModels.mlp(folder.resolve("mlp"));
    Plan plan = SmallModels.plan("tabular-classification", "{\"precision\":\"bf16\"}");
    String sentence =
        assertThrows(FederationException.class, () -> TrainedLayout.architecture(base, plan))
            .sentence();
    assertEquals(
        "plan.train.precision: bf16 (expected: f32 for the family mlp, whose passes are written for"
            + " it alone). Leave it out.",
        sentence);
  }

  @Test
  void gradients_vocabularyAsScores_nearFloat32() throws IOException {
    BaseModel base = base(configs().get(1));
    try (LiveModel model = SmallModels.live(base, LANGUAGE, "{\"dropout\":0.2}", ROWS)) {
      assertNearButRounded(model, SmallModels.asked(TEXTS, LANGUAGE));
    }
  }
}
