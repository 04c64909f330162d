package io.tributary.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Task;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients with dropout and padding, which no golden case has, against differences of losses. */
class GradientTest {
  private static final String ALL = "{\"dropout\":0.3}";
  private static final TokenInputs TEXTS =
      new TokenInputs(
          new int[][] {{101, 2000, 3000, 4000, 102}, {101, 5000, 102}, {101, 2000, 2000, 102}},
          new int[0][],
          new int[] {1, 0, 1});
  private static final RowInputs ROWS =
      new RowInputs(new float[][] {{1, -2, 3, 0.5f}, {0, 1, -1, 2}}, new int[] {1, 0});

  @TempDir Path folder;

  @Test
  void gradients_bertWithDropoutAndPadding_matchDifferencesOfLosses() throws IOException {
    Plan plan = SmallModels.textPlan(ALL);
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    try (LiveModel model = open(base, plan, rows())) {
      Slopes.spread(model);
      Slopes.assertSlope(model, TEXTS, new int[] {0, 1, 2}, DropoutMasks.of(7, 0));
      Slopes.assertSlope(model, TEXTS, new int[] {0, 2}, DropoutMasks.of(7, 1));
      Slopes.assertSlope(model, TEXTS, new int[] {1}, DropoutMasks.NONE);
    }
  }

  @Test
  void gradients_mlpWithDropout_matchDifferencesOfLosses() throws IOException {
    Plan plan = SmallModels.plan("tabular-classification", ALL);
    BaseModel base = SmallModels.mlp(folder.resolve("base"));
    try (LiveModel model = open(base, plan, TokenRows.none())) {
      Slopes.spread(model);
      Slopes.assertSlope(model, ROWS, new int[] {0, 1}, DropoutMasks.of(9, 0));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "distilbert"})
  void gradients_relativesWithDropoutAndPadding_matchDifferencesOfLosses(String family)
      throws IOException {
    BaseModel base = SmallModels.relative(family, folder.resolve("base"));
    for (Head head :
        List.of(
            Head.of(Task.TEXT_CLASSIFICATION, 2),
            Head.of(Task.TEXT_REGRESSION, 2),
            Head.of(Task.TOKEN_CLASSIFICATION, 3))) {
      try (LiveModel model = SmallModels.live(base, head, ALL, rows())) {
        Slopes.spread(model);
        Inputs inputs = SmallModels.asked(TEXTS, head);
        // not every key will do: DistilBERT's head has a ReLU, and a difference may step over its
        // bend
        Slopes.assertSlope(model, inputs, new int[] {0, 1, 2}, DropoutMasks.of(8, 0));
        Slopes.assertSlope(model, inputs, new int[] {0, 2}, DropoutMasks.NONE);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gelu", "relu", "silu", "tanh", "quick_gelu"})
  void gradients_activationsByHand_matchDifferencesOfLosses(String activation) throws IOException {
    Path file = SmallModels.relative("bert", folder.resolve("base")).folder();
    String config = Files.readString(file.resolve("config.json"));
    Files.writeString(file.resolve("config.json"), config.replace("gelu_new", activation));
    Head head = Head.of(Task.TEXT_CLASSIFICATION, 2);
    try (LiveModel model = SmallModels.live(BaseModel.open(file), head, ALL, rows())) {
      Slopes.spread(model);
      Slopes.assertSlope(model, TEXTS, new int[] {0, 1, 2}, DropoutMasks.NONE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "distilbert"})
  void gradients_textsOfUnequalLength_meanOfEachAlone(String family) throws IOException {
    BaseModel base = SmallModels.relative(family, folder.resolve("base"));
    try (LiveModel model =
        SmallModels.live(base, Head.of(Task.TEXT_CLASSIFICATION, 2), ALL, rows())) {
      float[] mean = new float[model.parameters().trainable().gradients().floats().capacity()];
      double loss = 0;
      for (int example = 0; example < 3; example++) {
        loss += model.gradients(TEXTS, new int[] {example}, DropoutMasks.NONE) / 3;
        FloatBuffer own = model.parameters().trainable().gradients().floats();
        for (int i = 0; i < mean.length; i++) {
          mean[i] += own.get(i) / 3;
        }
      }
      assertEquals(loss, model.gradients(TEXTS, new int[] {0, 1, 2}, DropoutMasks.NONE), 1e-6);
      float[] together = new float[mean.length];
      model.parameters().trainable().gradients().floats().get(together);
      assertArrayEquals(mean, together, 1e-6f);
    }
  }

  @Test
  void gradients_noTokenCounts_noLossAndNoGradient() throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    int[][] ignored = new int[3][];
    for (int i = 0; i < ignored.length; i++) {
      ignored[i] = IntStream.generate(() -> Targets.IGNORED).limit(TEXTS.length(i)).toArray();
    }
    var inputs = new TokenInputs(TEXTS.source(), new Targets.TokenLabels(ignored));
    try (LiveModel model =
        SmallModels.live(base, Head.of(Task.TOKEN_CLASSIFICATION, 3), ALL, rows())) {
      assertEquals(0, model.gradients(inputs, new int[] {0, 1}, DropoutMasks.NONE), 1e-30);
      assertEquals(
          0, model.scope().number("norm", model.parameters().trainable().gradients()), 1e-30);
    }
  }

  @Test
  void gradients_lastLayer_sameAsWithEverythingTrained() throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    int[] batch = {0, 1, 2};
    String query = "bert.encoder.layer.1.attention.self.query.weight";
    try (LiveModel all = open(base, SmallModels.textPlan("{\"what\":\"all\"}"), rows());
        LiveModel last = open(base, SmallModels.textPlan("{\"what\":\"last-1\"}"), rows())) {
      assertEquals(
          all.gradients(TEXTS, batch, DropoutMasks.NONE),
          last.gradients(TEXTS, batch, DropoutMasks.NONE));
      assertEquals(all.parameters().gradient(query), last.parameters().gradient(query));
      String first = query.replace("layer.1", "layer.0");
      assertThrows(IllegalArgumentException.class, () -> last.parameters().gradient(first));
    }
  }

  @Test
  void gradients_sameMasks_sameLoss_otherMasksOther() throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    int[] batch = {0, 1, 2};
    try (LiveModel model = open(base, SmallModels.textPlan(ALL), rows())) {
      Slopes.spread(model);
      double loss = model.gradients(TEXTS, batch, DropoutMasks.of(7, 0));
      assertEquals(loss, model.gradients(TEXTS, batch, DropoutMasks.of(7, 0)));
      assertNotEquals(loss, model.gradients(TEXTS, batch, DropoutMasks.of(7, 1)));
    }
  }

  @Test
  void gradients_wrongKindOfInputs_refused() throws IOException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    try (LiveModel model = open(base, SmallModels.textPlan(ALL), rows())) {
      var e =
          assertThrows(
              FederationException.class,
              () -> model.gradients(ROWS, new int[] {0}, DropoutMasks.NONE));
      assertTrue(e.sentence().contains("bert"), e.sentence());
    }
  }

  private static TokenRows rows() {
    return TokenRows.of(IntStream.concat(IntStream.of(0, 1), TEXTS.tokens()));
  }

  private LiveModel open(BaseModel base, Plan plan, TokenRows rows) throws IOException {
    Path file = folder.resolve("zero-" + plan.train().what().token());
    Path zero = SmallModels.checkpoint(base, plan, file);
    try (ModelValues values = ModelValues.open(base, plan, zero)) {
      return LiveModel.open(TorchRuntime.start(1), plan.train(), values, rows, true);
    }
  }
}
