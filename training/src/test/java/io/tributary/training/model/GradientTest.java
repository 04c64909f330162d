package io.tributary.training.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.training.torch.TorchRuntime;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
      spread(model);
      assertSlope(model, TEXTS, new int[] {0, 1, 2}, DropoutMasks.of(7, 0));
      assertSlope(model, TEXTS, new int[] {0, 2}, DropoutMasks.of(7, 1));
      assertSlope(model, TEXTS, new int[] {1}, DropoutMasks.NONE);
    }
  }

  @Test
  void gradients_mlpWithDropout_matchDifferencesOfLosses() throws IOException {
    Plan plan = SmallModels.plan("tabular-classification", ALL);
    BaseModel base = SmallModels.mlp(folder.resolve("base"));
    try (LiveModel model = open(base, plan, TokenRows.none())) {
      spread(model);
      assertSlope(model, ROWS, new int[] {0, 1}, DropoutMasks.of(9, 0));
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
      spread(model);
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
    return TokenRows.of(IntStream.concat(IntStream.of(0), TEXTS.tokens()));
  }

  private LiveModel open(BaseModel base, Plan plan, TokenRows rows) throws IOException {
    Path file = folder.resolve("zero-" + plan.train().what().token());
    Path zero = SmallModels.checkpoint(base, plan, file);
    try (ModelValues values = ModelValues.open(base, plan, zero)) {
      return LiveModel.open(TorchRuntime.start(1), plan.train(), values, rows, true);
    }
  }

  /** Larger weights, so that differences of losses stand out from rounding. */
  private static void spread(LiveModel model) {
    FloatBuffer values = model.parameters().trainable().values().floats();
    for (int i = 0; i < values.capacity(); i++) {
      values.put(i, values.get(i) * 4 + 0.01f * (i % 7));
    }
  }

  /** Along the gradient the loss must rise as fast as the gradient is long. */
  private static void assertSlope(
      LiveModel model, Inputs inputs, int[] batch, DropoutMasks masks) {
    Trainable trainable = model.parameters().trainable();
    model.gradients(inputs, batch, masks);
    FloatBuffer values = trainable.values().floats();
    float[] gradient = new float[values.capacity()];
    trainable.gradients().floats().get(gradient);
    double square = 0;
    for (float g : gradient) {
      square += (double) g * g;
    }
    double norm = Math.sqrt(square);
    assertTrue(norm > 1e-3, "norm " + norm);
    double step = Math.min(2e-3, 5e-3 / norm);
    double up = moved(model, inputs, batch, masks, gradient, step / norm);
    double down = moved(model, inputs, batch, masks, gradient, -step / norm);
    assertEquals(norm, (up - down) / (2 * step), 0.02 * norm);
  }

  private static double moved(
      LiveModel model,
      Inputs inputs,
      int[] batch,
      DropoutMasks masks,
      float[] direction,
      double by) {
    FloatBuffer values = model.parameters().trainable().values().floats();
    float[] before = new float[values.capacity()];
    values.duplicate().get(before);
    for (int i = 0; i < before.length; i++) {
      values.put(i, (float) (before[i] + by * direction[i]));
    }
    double loss = model.gradients(inputs, batch, masks);
    values.duplicate().put(before);
    return loss;
  }
}
