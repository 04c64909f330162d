package io.tributary.training.model.llama;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Task;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.DropoutMasks;
import io.tributary.training.model.Head;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.RandomBase;
import io.tributary.training.model.SegmentedModel;
import io.tributary.training.model.Slopes;
import io.tributary.training.model.SmallModels;
import io.tributary.training.model.Targets;
import io.tributary.training.model.TokenInputs;
import io.tributary.training.model.TokenRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LlamaModelTest {
  private static final String SIZES =
      "\"vocab_size\":60,\"hidden_size\":16,\"num_hidden_layers\":2,\"num_attention_heads\":4,"
          + "\"max_position_embeddings\":32,";
  private static final Head LANGUAGE = Head.of(Task.CAUSAL_LANGUAGE_MODELLING, 0);
  private static final Head LABELS = Head.of(Task.TEXT_CLASSIFICATION, 2);
  private static final int[] ALL = {0, 1, 2};
  private static final int[][] IDS = {{5, 17, 33, 9, 21, 50}, {40, 2, 11}, {59, 17, 17, 8}};
  private static final TokenInputs TEXTS = new TokenInputs(IDS, new int[0][], new int[] {1, 0, 1});
  private static final String WINDOWED =
      "\"model_type\":\"qwen2\",\"intermediate_size\":20,\"num_key_value_heads\":2,"
          + "\"use_sliding_window\":true,\"sliding_window\":3,\"max_window_layers\":1";

  @TempDir Path folder;

  private LiveModel live(String config, Head head, String train) throws IOException {
    Path path = folder.resolve("base-" + Integer.toHexString(config.hashCode()));
    if (!path.toFile().exists()) {
      var json = (JsonObject) JsonReader.read("{" + SIZES + config + "}");
      RandomBase.write(path, json, new RandomStreams(6).stream(0, "", "test"));
    }
    TokenRows rows = TokenRows.of(IntStream.range(0, 60));
    LiveModel live = SmallModels.live(BaseModel.open(path), head, train, rows);
    Slopes.spread(live);
    return live;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"model_type\":\"llama\",\"intermediate_size\":24,\"num_key_value_heads\":2",
        "\"model_type\":\"llama\",\"intermediate_size\":7,\"num_key_value_heads\":1,"
            + "\"head_dim\":6,\"tie_word_embeddings\":true",
        "\"model_type\":\"llama\",\"intermediate_size\":40,\"attention_bias\":true,"
            + "\"mlp_bias\":true,\"rope_scaling\":{\"type\":\"linear\",\"factor\":2}",
        WINDOWED,
      })
  void gradients_withDropoutAndPadding_matchDifferencesOfLosses(String config) throws IOException {
    TokenInputs inputs = SmallModels.asked(TEXTS, LANGUAGE);
    try (LiveModel model = live(config, LANGUAGE, "{\"dropout\":0.2}")) {
      Slopes.assertSlope(model, inputs, ALL, DropoutMasks.of(7, 0));
      Slopes.assertSlope(model, inputs, new int[] {1, 2}, DropoutMasks.NONE);
    }
    try (LiveModel model = live(config, LANGUAGE, "{}")) {
      Slopes.assertSlope(model, inputs, ALL, DropoutMasks.of(7, 0));
    }
    try (LiveModel model = live(config, LABELS, "{\"dropout\":0.2}")) {
      Slopes.assertSlope(model, TEXTS, ALL, DropoutMasks.of(7, 3));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"model_type\":\"qwen2\",\"intermediate_size\":20", WINDOWED})
  void gradients_layersComputedAgain_sameBytes(String config) throws IOException {
    TokenInputs inputs = SmallModels.asked(TEXTS, LANGUAGE);
    try (LiveModel model = live(config, LANGUAGE, "{\"dropout\":0.2}")) {
      double loss = model.gradients(inputs, ALL, DropoutMasks.of(7, 0));
      float[] remembered = gradients(model);
      ((SegmentedModel) model).recompute(true);
      assertEquals(loss, model.gradients(inputs, ALL, DropoutMasks.of(7, 0)));
      assertArrayEquals(remembered, gradients(model));
    }
  }

  private static float[] gradients(LiveModel model) {
    var from = model.parameters().trainable().gradients().floats();
    float[] copy = new float[from.remaining()];
    from.get(copy);
    return copy;
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"model_type\":\"llama\",\"intermediate_size\":20", WINDOWED})
  void logits_paddedLeftOrRightOrAlone_same(String config) throws IOException {
    int[][] left = {IDS[0], {7, 7, 7, 40, 2, 11}, {0, 0, 59, 17, 17, 8}};
    int[][] seen = {{1, 1, 1, 1, 1, 1}, {0, 0, 0, 1, 1, 1}, {0, 0, 1, 1, 1, 1}};
    var masked = new TokenInputs(left, new int[0][], seen, new Targets.TokenLabels(left));
    try (LiveModel model = live(config, LANGUAGE, "{}")) {
      float[] together = model.logits(SmallModels.asked(TEXTS, LANGUAGE), ALL);
      float[] holes = model.logits(masked, ALL);
      int at = 0;
      for (int i = 0; i < IDS.length; i++) {
        float[] alone = model.logits(SmallModels.asked(TEXTS, LANGUAGE), new int[] {i});
        float[] padded = Arrays.copyOfRange(together, at, at + alone.length);
        assertArrayEquals(alone, padded, 2e-5f);
        int start = (i * 6 + 6 - IDS[i].length) * 60;
        float[] behind = Arrays.copyOfRange(holes, start, start + alone.length);
        assertArrayEquals(alone, behind, 5e-5f);
        at += alone.length;
      }
    }
  }

  /** A row that sees nothing has no value of its own, and must not spoil the others. */
  @Test
  void gradients_rowsThatSeeNothing_areFinite() throws IOException {
    int[][] left = {IDS[0], {7, 7, 7, 40, 2, 11}};
    int[][] seen = {{1, 1, 1, 1, 1, 1}, {0, 0, 0, 1, 1, 1}};
    int[][] labels = {IDS[0], {-100, -100, -100, -100, 2, 11}};
    var masked = new TokenInputs(left, new int[0][], seen, new Targets.TokenLabels(labels));
    try (LiveModel model = live(WINDOWED, LANGUAGE, "{}")) {
      Slopes.assertSlope(model, masked, new int[] {0, 1}, DropoutMasks.NONE);
      for (float gradient : gradients(model)) {
        assertTrue(Float.isFinite(gradient));
      }
    }
  }

  @Test
  void logits_window_hidesTokensFurtherBack() throws IOException {
    int[][] changed = {{6, 17, 33, 9, 21, 50}};
    var other = new TokenInputs(changed, new int[0][], new Targets.TokenLabels(changed));
    String config = WINDOWED.replace("\"max_window_layers\":1", "\"max_window_layers\":0");
    try (LiveModel model = live(config, LANGUAGE, "{}")) {
      float[] one = model.logits(SmallModels.asked(TEXTS, LANGUAGE), new int[] {0});
      float[] two = model.logits(other, new int[] {0});
      // two layers that see three tokens each: the first token reaches the fifth, not the sixth
      assertArrayEquals(row(one, 5), row(two, 5), 0);
      assertFalse(Arrays.equals(row(one, 4), row(two, 4)));
    }
  }

  private static float[] row(float[] logits, int at) {
    return Arrays.copyOfRange(logits, at * 60, (at + 1) * 60);
  }

  @Test
  void scores_classifier_looksAtTheRightmostTokenThatIsNotPadding() throws IOException {
    int[][] ids = {{5, 17, 33, 0, 0}, {5, 17, 33}, {0, 0}};
    var texts = new TokenInputs(ids, new int[0][], new int[] {1, 0, 1});
    String config = "\"model_type\":\"llama\",\"intermediate_size\":20,\"pad_token_id\":0";
    try (LiveModel model = live(config, LABELS, "{}")) {
      float[] scores = model.logits(texts, ALL);
      assertArrayEquals(Arrays.copyOfRange(scores, 2, 4), Arrays.copyOf(scores, 2), 1e-6f);
      assertTrue(Float.isFinite(scores[4]));
    }
  }
}
