package io.tributary.training.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.plan.LossPlan;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Task;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchRuntime;
import io.tributary.training.torch.TorchScope;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the golden set has no case of: Huber, options together, batches in which nothing counts. */
class ScriptLossTest {
  private static final int ROWS = 5;
  private static final int CLASSES = 3;

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(4);

  private static LossPlan plan(String task, String multiLabel, String loss) {
    return Plan.parse(
            "{\"name\":\"l\",\"model\":{\"base\":\"b\",\"task\":\""
                + task
                + "\",\"labels\":[\"a\",\"b\",\"c\"],\"multi-label\":"
                + multiLabel
                + "},\"train\":{\"loss\":"
                + loss
                + "}}")
        .train()
        .loss();
  }

  private static ScriptLoss.Choice choice(Task task, boolean several, String loss) {
    return ScriptLoss.Choice.of(
        plan(task.token(), String.valueOf(several), loss),
        new Head(task, CLASSES, several),
        List.of("a", "b", "c"));
  }

  private Tensor logits(TorchScope scope) {
    Tensor logits = scope.floats(ROWS, CLASSES);
    FloatBuffer into = logits.floats();
    while (into.hasRemaining()) {
      into.put((float) (4 * random.nextDouble() - 2));
    }
    return logits;
  }

  private static Tensor labels(TorchScope scope, long... labels) {
    Tensor tensor = scope.longs(labels.length);
    LongBuffer into = tensor.longs();
    into.put(labels);
    return tensor;
  }

  private static List<Tensor> loss(
      TorchScope scope, Tensor logits, Tensor target, ScriptLoss.Choice choice) {
    ScriptLoss loss = ScriptLoss.of(scope, choice);
    return scope.callForAll("loss", logits, target, loss.weights(), loss.kind());
  }

  private static void assertSlope(
      TorchScope scope, Tensor logits, Tensor target, ScriptLoss.Choice choice) {
    FloatBuffer back = loss(scope, logits, target, choice).get(1).floats();
    FloatBuffer values = logits.floats();
    for (int i = 0; i < values.capacity(); i++) {
      float value = values.get(i);
      values.put(i, value + 1e-2f);
      double up = loss(scope, logits, target, choice).get(0).floats().get(0);
      values.put(i, value - 1e-2f);
      double down = loss(scope, logits, target, choice).get(0).floats().get(0);
      values.put(i, value);
      assertEquals((up - down) / 2e-2, back.get(i), 1e-3, choice + " at " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"label-smoothing\":0.2,\"class-weights\":{\"a\":3,\"c\":0.5}}",
        "{\"name\":\"focal\",\"gamma\":0.5}",
        "{\"name\":\"focal\",\"gamma\":3,\"class-weights\":{\"b\":2}}",
        "{\"name\":\"cross-entropy\"}"
      })
  void gradient_oneLabel_matchesDifferences(String json) {
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      var choice = choice(Task.TEXT_CLASSIFICATION, false, json);
      assertSlope(scope, logits(scope), labels(scope, 0, 2, 1, 1, 0), choice);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"binary-focal\",\"alpha\":0.7,\"gamma\":1.5}",
        "{\"positive-weights\":{\"b\":4}}"
      })
  void gradient_severalLabels_matchesDifferences(String json) {
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      Tensor target = scope.floats(ROWS, CLASSES);
      for (int i = 0; i < ROWS * CLASSES; i += 2) {
        target.floats().put(i, 1);
      }
      assertSlope(scope, logits(scope), target, choice(Task.TEXT_CLASSIFICATION, true, json));
    }
  }

  @Test
  void huber_belowAndBeyondDelta_isSquaredAndLinear() {
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      Tensor logits = scope.floats(1, 3);
      logits.floats().put(new float[] {0.5f, 4, -3});
      Tensor target = scope.floats(1, 3);
      List<Tensor> loss =
          loss(
              scope,
              logits,
              target,
              choice(Task.TABULAR_REGRESSION, false, "{\"name\":\"huber\",\"delta\":2}"));
      double expected = (0.5 * 0.25 + 2 * (4 - 1) + 2 * (3 - 1)) / 3;
      assertEquals(expected, loss.get(0).floats().get(0), 1e-6);
      assertEquals(0.5f / 3, loss.get(1).floats().get(0), 1e-6);
      assertEquals(2f / 3, loss.get(1).floats().get(1), 1e-6);
      assertEquals(-2f / 3, loss.get(1).floats().get(2), 1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"label-smoothing\":0.2}",
        "{\"class-weights\":{\"a\":3}}",
        "{\"name\":\"focal\"}"
      })
  void loss_nothingCounts_zeroWithoutGradient(String json) {
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      Tensor none = labels(scope, -100, -100, -100, -100, -100);
      List<Tensor> loss =
          loss(scope, logits(scope), none, choice(Task.TOKEN_CLASSIFICATION, false, json));
      assertEquals(0, loss.get(0).floats().get(0), 1e-30);
      for (int i = 0; i < ROWS * CLASSES; i++) {
        assertEquals(0, loss.get(1).floats().get(i), 1e-30);
      }
    }
  }

  @Test
  void focal_sureAndRight_finite() {
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      Tensor logits = scope.floats(1, CLASSES);
      logits.floats().put(0, 200);
      for (String gamma : List.of("0", "0.5", "2")) {
        List<Tensor> loss =
            loss(
                scope,
                logits,
                labels(scope, 0),
                choice(
                    Task.TEXT_CLASSIFICATION,
                    false,
                    "{\"name\":\"focal\",\"gamma\":" + gamma + "}"));
        for (int i = 0; i < CLASSES; i++) {
          assertTrue(Float.isFinite(loss.get(1).floats().get(i)), gamma);
        }
      }
    }
  }
}
