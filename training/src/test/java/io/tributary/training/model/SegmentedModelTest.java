package io.tributary.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Task;
import io.tributary.training.torch.Tensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Automatic differentiation in segments, shown on GPT-2. */
class SegmentedModelTest {
  private static final String DROPOUT = "{\"dropout\":0.2}";
  private static final Head LANGUAGE = Head.of(Task.CAUSAL_LANGUAGE_MODELLING, 0);
  private static final Head LABELS = Head.of(Task.TEXT_CLASSIFICATION, 2);
  private static final int[] ALL = {0, 1, 2};
  private static final TokenInputs TEXTS =
      new TokenInputs(
          new int[][] {{5, 17, 33, 9, 21}, {40, 2, 11}, {59, 17, 17, 8}},
          new int[0][],
          new int[] {1, 0, 1});

  @TempDir Path folder;

  private LiveModel live(Head head, boolean tied, String train) throws IOException {
    Path base = folder.resolve("base-" + tied);
    BaseModel model = base.toFile().exists() ? BaseModel.open(base) : SmallModels.gpt2(base, tied);
    TokenRows rows = TokenRows.of(IntStream.concat(IntStream.of(0), TEXTS.tokens()));
    LiveModel live = SmallModels.live(model, head, train, rows);
    Slopes.spread(live);
    return live;
  }

  private static float[] gradients(LiveModel model) {
    FloatBuffer from = model.parameters().trainable().gradients().floats();
    float[] copy = new float[from.remaining()];
    from.get(copy);
    return copy;
  }

  @Test
  void gradients_tiedTableWithDropoutAndPadding_matchDifferencesOfLosses() throws IOException {
    for (boolean tied : new boolean[] {true, false}) {
      try (LiveModel model = live(LANGUAGE, tied, DROPOUT)) {
        TokenInputs inputs = SmallModels.asked(TEXTS, LANGUAGE);
        Slopes.assertSlope(model, inputs, ALL, DropoutMasks.of(7, 0));
        Slopes.assertSlope(model, inputs, new int[] {1, 2}, DropoutMasks.NONE);
      }
    }
  }

  @Test
  void gradients_classifier_matchDifferencesOfLosses() throws IOException {
    try (LiveModel model = live(LABELS, true, DROPOUT)) {
      Slopes.assertSlope(model, TEXTS, ALL, DropoutMasks.of(7, 3));
    }
  }

  /** The loss with a contrast, too, rises along its gradient; recomputed layers change nothing. */
  @Test
  void contrast_matchesDifferencesOfLosses() throws IOException {
    for (Head head : List.of(LABELS, LANGUAGE)) {
      try (LiveModel model = live(head, true, DROPOUT)) {
        TokenInputs inputs = SmallModels.asked(TEXTS, head);
        double plain = model.gradients(inputs, ALL, DropoutMasks.of(7, 0));
        model.contrast(new LiveModel.Contrast(other(model, 1), other(model, 2), 3, 0.5));
        double loss = model.gradients(inputs, ALL, DropoutMasks.of(7, 0));
        assertTrue(loss > plain + 0.1, loss + " after " + plain);
        Slopes.assertSlope(model, inputs, ALL, DropoutMasks.of(7, 0));
        model.gradients(inputs, ALL, DropoutMasks.of(7, 0));
        float[] remembered = gradients(model);
        ((SegmentedModel) model).recompute(true);
        model.gradients(inputs, ALL, DropoutMasks.of(7, 0));
        assertArrayEquals(remembered, gradients(model));
      }
    }
  }

  /** As similar to both, a feature is not drawn anywhere, and costs ln 2. */
  @Test
  void contrast_nearAndFarTheSame_gradientsOfTheLossAlone() throws IOException {
    try (LiveModel model = live(LABELS, true, "{\"dropout\":0}")) {
      double plain = model.gradients(TEXTS, ALL, DropoutMasks.NONE);
      float[] before = gradients(model);
      Tensor same = other(model, 1);
      model.contrast(new LiveModel.Contrast(same, same, 2, 0.5));
      assertEquals(plain + 2 * Math.log(2), model.gradients(TEXTS, ALL, DropoutMasks.NONE), 1e-5);
      assertArrayEquals(before, gradients(model), 1e-6f);
    }
  }

  /** The trained numbers, each moved a little. */
  private static Tensor other(LiveModel model, int seed) {
    FloatBuffer values = model.parameters().trainable().values().floats();
    Tensor other = model.scope().floats(values.capacity());
    FloatBuffer into = other.floats();
    for (int i = 0; i < values.capacity(); i++) {
      into.put(i, values.get(i) + 0.1f * (float) Math.sin(seed * 3.1 + i));
    }
    return other;
  }

  @Test
  void gradients_layersComputedAgain_sameBytes() throws IOException {
    try (LiveModel model = live(LANGUAGE, true, DROPOUT)) {
      TokenInputs inputs = SmallModels.asked(TEXTS, LANGUAGE);
      double loss = model.gradients(inputs, ALL, DropoutMasks.of(7, 0));
      float[] remembered = gradients(model);
      ((SegmentedModel) model).recompute(true);
      assertEquals(loss, model.gradients(inputs, ALL, DropoutMasks.of(7, 0)));
      assertArrayEquals(remembered, gradients(model));
    }
  }

  @Test
  void gradients_lastLayer_sameAsWithEverythingTrainedAndNoMemoryBelow() throws IOException {
    String query = "transformer.h.1.attn.c_attn.weight";
    try (LiveModel all = live(LABELS, true, "{\"what\":\"all\"}");
        LiveModel last = live(LABELS, true, "{\"what\":\"last-1\"}")) {
      copyTrained(all, last);
      float[] logits = all.logits(TEXTS, ALL);
      copyFrozen(all, last);
      assertArrayEquals(logits, last.logits(TEXTS, ALL));
      assertEquals(
          all.gradients(TEXTS, ALL, DropoutMasks.NONE),
          last.gradients(TEXTS, ALL, DropoutMasks.NONE));
      assertEquals(all.parameters().gradient(query), last.parameters().gradient(query));
      assertThrows(
          IllegalArgumentException.class,
          () -> last.parameters().gradient(query.replace("h.1", "h.0")));
      assertTrue(gradients(last).length < gradients(all).length);
    }
  }

  private static void copyTrained(LiveModel from, LiveModel to) {
    for (String name : List.of("score.weight", "transformer.ln_f.weight")) {
      to.parameters().bytes(name).put(from.parameters().bytes(name));
    }
  }

  private static void copyFrozen(LiveModel from, LiveModel to) {
    for (Slot slot : from.parameters().slots()) {
      String name = slot.parameters().get(0).name();
      to.parameters().bytes(name).put(from.parameters().bytes(name));
    }
  }

  @Test
  void gradients_onSeveralThreadsAtOnce_sameBytesAsAlone() throws Exception {
    SmallModels.gpt2(folder.resolve("base-true"), true);
    float[] alone = trained();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Callable<float[]>> calls = List.of(this::trained, this::trained, this::trained);
      List<float[]> results = new ArrayList<>();
      for (Future<float[]> each : threads.invokeAll(calls)) {
        results.add(each.get(2, TimeUnit.MINUTES));
      }
      results.forEach(result -> assertArrayEquals(alone, result));
    } finally {
      threads.shutdownNow();
    }
  }

  private float[] trained() throws IOException {
    try (LiveModel model = live(LANGUAGE, true, DROPOUT)) {
      TokenInputs inputs = SmallModels.asked(TEXTS, LANGUAGE);
      for (int step = 0; step < 20; step++) {
        model.gradients(inputs, ALL, DropoutMasks.of(7, step));
        Trainable trainable = model.parameters().trainable();
        FloatBuffer values = trainable.values().floats();
        FloatBuffer gradient = trainable.gradients().floats();
        for (int i = 0; i < values.capacity(); i++) {
          values.put(i, values.get(i) - 0.1f * gradient.get(i));
        }
      }
      return gradients(model);
    }
  }

  @Test
  void gradients_sameMasks_sameLoss_otherMasksOther() throws IOException {
    try (LiveModel model = live(LABELS, true, DROPOUT)) {
      double loss = model.gradients(TEXTS, ALL, DropoutMasks.of(7, 0));
      assertEquals(loss, model.gradients(TEXTS, ALL, DropoutMasks.of(7, 0)));
      assertNotEquals(loss, model.gradients(TEXTS, ALL, DropoutMasks.of(7, 1)));
    }
  }

  @Test
  void gradients_nothingCounts_noLossAndNoGradient() throws IOException {
    try (LiveModel model = live(LANGUAGE, true, DROPOUT)) {
      int[][] none = {{-100, -100, -100, -100, -100}, {-100, -100, -100}, {1, -100, -100, -100}};
      var inputs = new TokenInputs(TEXTS.source(), new Targets.TokenLabels(none));
      assertEquals(0, model.gradients(inputs, ALL, DropoutMasks.NONE), 1e-30);
      assertEquals(
          0, model.scope().number("norm", model.parameters().trainable().gradients()), 1e-30);
    }
  }

  @Test
  void logits_batchedWithPadding_sameRowsAsAlone() throws IOException {
    try (LiveModel model = live(LANGUAGE, true, "{}")) {
      TokenInputs inputs = SmallModels.asked(TEXTS, LANGUAGE);
      float[] both = model.logits(inputs, new int[] {1, 0});
      float[] alone = model.logits(inputs, new int[] {1});
      assertEquals((3 + 5) * 60, both.length);
      assertEquals(3 * 60, alone.length);
      for (int i = 0; i < alone.length; i++) {
        assertEquals(alone[i], both[i], 1e-4);
      }
    }
  }

  @Test
  void gradients_targetsOfAnotherTask_refused() throws IOException {
    try (LiveModel model = live(LANGUAGE, true, "{}")) {
      var e =
          assertThrows(
              FederationException.class, () -> model.gradients(TEXTS, ALL, DropoutMasks.NONE));
      assertTrue(e.sentence().contains("causal-language-modelling"), e.sentence());
    }
  }
}
