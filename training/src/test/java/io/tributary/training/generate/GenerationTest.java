package io.tributary.training.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Task;
import io.tributary.training.data.Turn;
import io.tributary.training.data.Turn.Speaker;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.Head;
import io.tributary.training.model.KeyValueCache;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.Prompts;
import io.tributary.training.model.Slopes;
import io.tributary.training.model.SmallModels;
import io.tributary.training.model.Targets;
import io.tributary.training.model.TokenInputs;
import io.tributary.training.model.TokenRows;
import io.tributary.training.worker.InProcessWorker;
import io.tributary.training.worker.WorkerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationTest {
  private static final Head LANGUAGE = Head.of(Task.CAUSAL_LANGUAGE_MODELLING, 0);
  private static final int[] BEGINNING = {5, 17, 33, 9, 21, 50, 71};
  private static final String SHAPE =
      "\"vocab_size\":400,\"hidden_size\":16,\"num_hidden_layers\":2,\"num_attention_heads\":4,"
          + "\"intermediate_size\":24,\"max_position_embeddings\":40}";
  private static final String GPT2 =
      "{\"model_type\":\"gpt2\",\"vocab_size\":400,\"n_embd\":16,\"n_layer\":2,\"n_head\":4,"
          + "\"n_positions\":40}";
  private static final String PLAN =
      "{\"name\":\"p\",\"model\":{\"base\":\"b\",\"task\":\"causal-language-modelling\"},"
          + "\"evaluation\":{\"choose\":{\"metric\":\"loss\",\"direction\":\"minimize\"}}}";

  @TempDir Path folder;

  private BaseModel base(String config) throws IOException {
    Path path = folder.resolve("base");
    return path.toFile().exists() ? BaseModel.open(path) : SmallModels.language(path, config);
  }

  private LiveModel live(String config) throws IOException {
    LiveModel live = SmallModels.live(base(config), LANGUAGE, "{}", TokenRows.all(400));
    Slopes.spread(live);
    return live;
  }

  private static float[] lastRow(LiveModel model, int[] tokens) {
    int[][] one = {tokens};
    var inputs = new TokenInputs(one, new int[0][], new Targets.TokenLabels(one));
    float[] logits = model.logits(inputs, new int[] {0});
    return Arrays.copyOfRange(logits, logits.length - 400, logits.length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        GPT2,
        "{\"model_type\":\"llama\",\"num_key_value_heads\":2," + SHAPE,
        "{\"model_type\":\"llama\",\"num_key_value_heads\":1,\"head_dim\":6,"
            + "\"tie_word_embeddings\":true,\"rope_scaling\":{\"type\":\"linear\",\"factor\":2},"
            + SHAPE,
        "{\"model_type\":\"qwen2\",\"num_key_value_heads\":4,\"use_sliding_window\":true,"
            + "\"sliding_window\":5,\"max_window_layers\":1,"
            + SHAPE,
      })
  void next_tokenByToken_asWithoutCache(String config) throws IOException {
    try (LiveModel model = live(config);
        KeyValueCache cache = model.cache(40)) {
      int[] tokens = BEGINNING;
      float[] scores = model.next(cache, tokens);
      assertArrayEquals(lastRow(model, tokens), scores, 2e-5f);
      for (int step = 0; step < 25; step++) {
        int token = (step * 37 + 11) % 400;
        tokens = Arrays.copyOf(tokens, tokens.length + 1);
        tokens[tokens.length - 1] = token;
        assertArrayEquals(
            lastRow(model, tokens), model.next(cache, new int[] {token}), 5e-5f, "step " + step);
      }
      assertEquals(tokens.length, cache.filled());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {GPT2, "{\"model_type\":\"llama\",\"num_key_value_heads\":2," + SHAPE})
  void added_greedy_argmaxOfTheFullForwardPass(String config) throws IOException {
    try (LiveModel model = live(config);
        Prompts prompts = Prompts.open(base(config))) {
      int[] added = generation(model, prompts, GenerationSettings.greedy(20));
      int[] tokens = BEGINNING;
      for (int token : added) {
        assertEquals(argmax(lastRow(model, tokens)), token);
        tokens = Arrays.copyOf(tokens, tokens.length + 1);
        tokens[tokens.length - 1] = token;
      }
      assertTrue(added.length == 20 || added[added.length - 1] == 2);
    }
  }

  private static int[] generation(LiveModel model, Prompts prompts, GenerationSettings settings) {
    return new Generation(model, prompts, settings, 40).added(BEGINNING, 0, () -> false);
  }

  private static int argmax(float[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return best;
  }

  @Test
  void added_sampled_seedDecidesAndOneCandidateIsGreedy() throws IOException {
    try (LiveModel model = live(GPT2);
        Prompts prompts = Prompts.open(base(GPT2))) {
      int[] greedy = generation(model, prompts, GenerationSettings.greedy(12));
      assertArrayEquals(
          greedy, generation(model, prompts, new GenerationSettings(12, 0.8, 1, 1, 1, 3)));
      assertArrayEquals(
          greedy, generation(model, prompts, new GenerationSettings(12, 0.8, 0, 1e-9, 1, 3)));
      var seven = new GenerationSettings(12, 1.5, 0, 1, 1, 7);
      int[] once = generation(model, prompts, seven);
      assertArrayEquals(once, generation(model, prompts, seven));
      assertFalse(
          Arrays.equals(
              once, generation(model, prompts, new GenerationSettings(12, 1.5, 0, 1, 1, 8))));
    }
  }

  @Test
  void added_lengthOfTheModel_endsTheText() throws IOException {
    try (LiveModel model = live(GPT2);
        Prompts prompts = Prompts.open(base(GPT2))) {
      assertTrue(generation(model, prompts, GenerationSettings.greedy(1000)).length <= 33);
      var e =
          assertThrows(
              FederationException.class,
              () ->
                  new Generation(model, prompts, GenerationSettings.greedy(5), 40)
                      .added(BEGINNING, 0, () -> true));
      assertEquals(ErrorKind.CANCELLED, e.kind());
    }
  }

  @Test
  void generate_promptsOfBothKinds_oneTextEachAndTheSameAlone() throws IOException {
    BaseModel model =
        base("{\"model_type\":\"llama\"," + SHAPE.replace("embeddings\":40", "embeddings\":128"));
    Plan plan = Plan.parse(PLAN);
    Path trained = SmallModels.checkpoint(model, plan, folder.resolve("trained.safetensors"));
    List<Prompt> both =
        List.of(
            new Prompt.Beginning("The river"),
            new Prompt.Dialogue(List.of(new Turn(Speaker.USER, "boat?"))));
    var settings = new GenerationSettings(6, 1, 0, 1, 1.2, 4);
    var options = WorkerOptions.defaults().withThreads(1);
    try (InProcessWorker worker = InProcessWorker.open(options)) {
      var order = new GenerateOrder(plan, model.folder(), trained, both, settings, "cpu");
      List<Generated> texts = worker.generate(GenerateOrder.parse(order.toJson()));
      assertEquals(2, texts.size());
      texts.forEach(text -> assertEquals(text, Generated.parse(text.toJson())));
      assertTrue(texts.get(1).promptTokens() > texts.get(0).promptTokens());
      var first =
          new GenerateOrder(plan, model.folder(), trained, both.subList(0, 1), settings, "cpu");
      assertEquals(texts.subList(0, 1), worker.generate(first));
      var longer =
          new GenerateOrder(
              plan,
              model.folder(),
              trained,
              List.of(new Prompt.Beginning("x y z ".repeat(60))),
              settings,
              "cpu");
      var e = assertThrows(FederationException.class, () -> worker.generate(longer));
      assertTrue(e.sentence().startsWith("prompt 1: "), e.sentence());
    }
  }

  @Test
  void settings_outOfRange_refused() {
    for (Runnable bad :
        List.<Runnable>of(
            () -> new GenerationSettings(0, 1, 0, 1, 1, 0),
            () -> new GenerationSettings(1, -1, 0, 1, 1, 0),
            () -> new GenerationSettings(1, Double.NaN, 0, 1, 1, 0),
            () -> new GenerationSettings(1, 1, -1, 1, 1, 0),
            () -> new GenerationSettings(1, 1, 0, 0, 1, 0),
            () -> new GenerationSettings(1, 1, 0, 1.1, 1, 0),
            () -> new GenerationSettings(1, 1, 0, 1, 0, 0))) {
      var e = assertThrows(FederationException.class, bad::run);
      assertEquals(ErrorKind.INVALID_ARGUMENT, e.kind());
    }
  }
}
