package io.tributary.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.ScheduleName;
import io.tributary.federation.plan.SchedulePlan;
import io.tributary.federation.plan.ScheduleSpan;
import io.tributary.federation.plan.Task;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.Head;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.ModelValues;
import io.tributary.training.model.SmallModels;
import io.tributary.training.model.TokenInputs;
import io.tributary.training.model.TokenRows;
import io.tributary.training.model.TrainedLayout;
import io.tributary.training.torch.TorchRuntime;
import io.tributary.training.worker.ProgressListener;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLoopTest {
  private static final long KEY = 0; // no dropout: two ways to the same batch draw other masks

  @TempDir Path folder;

  private static Plan plan(String task, String train) {
    return Plan.parse(
        "{\"name\":\"p\",\"seed\":5,\"deterministic\":false,\"model\":{\"base\":\"m\",\"task\":\""
            + task
            + "\""
            + (task.startsWith("causal") ? "" : ",\"labels\":[\"no\",\"yes\"]")
            + "},\"train\":{\"dropout\":0,\"optimizer\":{\"learning-rate\":0.01},"
            + train
            + "}}");
  }

  private static TokenInputs texts() {
    int[][] ids = new int[10][];
    for (int i = 0; i < ids.length; i++) {
      int first = i;
      ids[i] = IntStream.range(0, 3 + i % 4).map(t -> 1 + (first * 7 + t * 5) % 50).toArray();
    }
    return new TokenInputs(ids, new int[0][], IntStream.range(0, 10).map(i -> i % 2).toArray());
  }

  private interface Use<T> {
    T use(LiveModel model, TrainingLoop loop) throws IOException;
  }

  private <T> T with(Plan plan, Head head, Use<T> use) throws IOException {
    Path base = folder.resolve("gpt2-" + head.task().token());
    BaseModel model =
        java.nio.file.Files.exists(base) ? BaseModel.open(base) : SmallModels.gpt2(base, true);
    try (ModelValues values = ModelValues.withoutHead(model, head);
        LiveModel live =
            LiveModel.open(TorchRuntime.start(1), plan.train(), values, TokenRows.all(60), true);
        var loop = new TrainingLoop(live, plan.train(), constant())) {
      return use.use(live, loop);
    }
  }

  private static LearningRate constant() {
    return new LearningRate(
        new SchedulePlan(ScheduleName.CONSTANT, 0, ScheduleSpan.RUN), 0.01, 0, 1, 0);
  }

  private static float[] values(LiveModel model) {
    FloatBuffer live = model.parameters().trainable().values().floats();
    float[] copy = new float[live.remaining()];
    live.get(copy);
    return copy;
  }

  private float[] after(String train, Task task, int examples) throws IOException {
    Head head = Head.of(task, task == Task.CAUSAL_LANGUAGE_MODELLING ? 0 : 2);
    TokenInputs all = SmallModels.asked(texts(), head);
    var inputs =
        new TokenInputs(
            java.util.Arrays.copyOf(SmallModels.ids(all), examples),
            new int[0][],
            SmallModels.asked(
                    new TokenInputs(
                        java.util.Arrays.copyOf(SmallModels.ids(all), examples),
                        new int[0][],
                        new int[examples]),
                    head)
                .targets());
    Plan plan = plan(task.token(), train);
    return with(
        plan,
        head,
        (model, loop) -> {
          run(plan, model, loop, inputs);
          return values(model);
        });
  }

  private static void run(Plan plan, LiveModel model, TrainingLoop loop, TokenInputs inputs) {
    run(plan, model, loop, inputs, new AtomicLong());
  }

  private static void run(
      Plan plan, LiveModel model, TrainingLoop loop, TokenInputs inputs, AtomicLong clock) {
    ProgressListener listener = progress -> clock.addAndGet(1_000_000_000L);
    try (var judge = new Validation(plan, model, List.of(), inputs, () -> false)) {
      loop.run(
          inputs,
          new RandomStreams(1).stream(1, "a", "shuffle"),
          KEY,
          new TrainingLoop.Watch(listener, () -> false, clock::get),
          judge);
    }
  }

  /**
   * Also where batches count differently: tokens, not examples, are what a language model means.
   */
  @Test
  void accumulate_twoBatches_likeOneTwiceAsLarge() throws IOException {
    for (Task task : List.of(Task.TEXT_CLASSIFICATION, Task.CAUSAL_LANGUAGE_MODELLING)) {
      float[] large = after("\"batch-size\":10,\"steps\":1,\"clip-norm\":0.1", task, 10);
      float[] two =
          after("\"batch-size\":5,\"accumulate\":2,\"steps\":1,\"clip-norm\":0.1", task, 10);
      float[] first = after("\"batch-size\":5,\"steps\":1,\"clip-norm\":0.1", task, 10);
      assertArrayEquals(large, two, 1e-4f, task.token());
      double other = 0;
      for (int i = 0; i < large.length; i++) {
        other = Math.max(other, Math.abs(large[i] - first[i]));
      }
      assertTrue(other > 1e-3, "one batch alone makes another step: " + other);
    }
  }

  @Test
  void accumulate_epochThatDoesNotDivide_stepsWithTheRest() throws IOException {
    Plan plan = plan("text-classification", "\"batch-size\":3,\"accumulate\":3,\"epochs\":2");
    with(
        plan,
        Head.of(Task.TEXT_CLASSIFICATION, 2),
        (model, loop) -> {
          run(plan, model, loop, texts());
          assertEquals(4, loop.steps());
          assertEquals(10, loop.examples());
          return loop;
        });
  }

  @Test
  void steps_fewerThanAnEpoch_countTheExamplesThatWereUsed() throws IOException {
    Plan plan = plan("text-classification", "\"batch-size\":2,\"steps\":2");
    with(
        plan,
        Head.of(Task.TEXT_CLASSIFICATION, 2),
        (model, loop) -> {
          run(plan, model, loop, texts());
          assertEquals(2, loop.steps());
          assertEquals(4, loop.examples());
          return loop;
        });
  }

  @Test
  void time_over_endsWithTheStepsThatWereMade() throws IOException {
    Plan plan = plan("text-classification", "\"batch-size\":2,\"time\":\"3s\"");
    with(
        plan,
        Head.of(Task.TEXT_CLASSIFICATION, 2),
        (model, loop) -> {
          run(plan, model, loop, texts(), new AtomicLong()); // a second a step
          assertEquals(3, loop.steps());
          assertEquals(6, loop.examples());
          return loop;
        });
  }

  @Test
  void recompute_segmentedFamily_sameBytes() throws IOException {
    String train = "\"batch-size\":5,\"steps\":3";
    assertArrayEquals(
        after(train, Task.TEXT_CLASSIFICATION, 10),
        after(train + ",\"recompute\":true", Task.TEXT_CLASSIFICATION, 10));
  }

  @Test
  void recompute_handWrittenFamily_isRefusedBeforeAnything() throws IOException {
    BaseModel bert = SmallModels.bert(folder.resolve("bert"));
    Plan plan = SmallModels.textPlan("{\"recompute\":true}");
    String sentence =
        assertThrows(FederationException.class, () -> TrainedLayout.of(bert, plan)).sentence();
    assertTrue(sentence.startsWith("plan.train.recompute: true (expected: false"), sentence);
  }

  /** A rate this high makes the model worse: the weights of the best validation are kept. */
  @Test
  void earlyStop_noMoreGain_stopsAndTheBestWeightsCanBeChosen() throws IOException {
    Plan plan =
        plan(
            "text-classification",
            "\"batch-size\":5,\"epochs\":50,\"early-stop\":{\"patience\":2,\"every\":1}");
    with(
        plan,
        Head.of(Task.TEXT_CLASSIFICATION, 2),
        (model, loop) -> {
          var worse =
              new LearningRate(
                  new SchedulePlan(ScheduleName.CONSTANT, 0, ScheduleSpan.RUN), 3, 0, 1, 0);
          try (var wild = new TrainingLoop(model, plan.train(), worse);
              var judge = new Validation(plan, model, List.of(), texts(), () -> false)) {
            List<float[]> seen = new ArrayList<>();
            wild.run(
                texts(),
                new RandomStreams(1).stream(1, "a", "shuffle"),
                KEY,
                new TrainingLoop.Watch(p -> seen.add(values(model)), () -> false, () -> 0),
                judge);
            assertTrue(wild.steps() < 100, "stopped after " + wild.steps());
            int best = (int) judge.choose(wild.steps());
            assertEquals(wild.steps() - 2, best);
            assertArrayEquals(seen.get(best - 1), values(model));
          }
          return loop;
        });
  }
}
