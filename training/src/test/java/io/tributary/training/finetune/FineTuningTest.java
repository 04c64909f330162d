package io.tributary.training.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.Input;
import io.tributary.training.evaluate.Evaluation;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.evaluate.Prediction;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.SmallModels;
import io.tributary.training.model.TrainedLayout;
import io.tributary.training.worker.EvaluateOrder;
import io.tributary.training.worker.PredictOrder;
import io.tributary.training.worker.Progress;
import io.tributary.training.worker.ProgressListener;
import io.tributary.training.worker.TrainOrder;
import io.tributary.training.worker.TrainOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTuningTest {
  private static final String FAST =
      "{\"batch-size\":4,\"epochs\":2,\"optimizer\":{\"learning-rate\":0.01},"
          + "\"schedule\":{\"warm-up\":0}";
  private static final String TABLE = "bert.embeddings.word_embeddings.weight";

  @TempDir Path folder;

  @Test
  void run_sameOrderTwice_sameBytes() throws IOException {
    TrainOrder order = order(texts(), SmallModels.textPlan(FAST + "}"), 1, "a");
    TrainOutcome first = run(order);
    assertEquals(first.groups().get(0).digest(), run(order).groups().get(0).digest());
    assertEquals(40, first.examples());
    assertEquals(20, first.steps());
    assertTrue(Double.isFinite(first.metrics().getOrDefault("loss", Double.NaN)));
  }

  @Test
  void run_automaticBatch_isTheLargestThatTheExamplesFillAndMovesAsANumberDoes()
      throws IOException {
    assumeTrue(Files.isWritable(Path.of("/proc/self/clear_refs")), "the peak is asked of /proc");
    String auto = FAST.replace("\"batch-size\":4", "\"batch-size\":\"auto\"") + "}";
    Plan plan = loose(auto);
    TrainOutcome found = run(order(texts(), plan, 1, "a"));
    assertEquals(32, found.metrics().getOrDefault("batch-size", 0.0)); // of 40 examples
    String number = FAST.replace("\"batch-size\":4", "\"batch-size\":32") + "}";
    TrainOutcome same = run(order(texts(), loose(number), 1, "a"));
    assertEquals(same.steps(), found.steps());
    assertEquals(same.groups().get(0).digest(), found.groups().get(0).digest());
  }

  @Test
  void run_otherRoundNodeOrSeed_otherBytes() throws IOException {
    Plan plan = SmallModels.textPlan(FAST + "}");
    Digest first = run(order(texts(), plan, 1, "a")).groups().get(0).digest();
    assertNotEquals(first, run(order(texts(), plan, 2, "a")).groups().get(0).digest());
    assertNotEquals(first, run(order(texts(), plan, 1, "b")).groups().get(0).digest());
  }

  @Test
  void run_group_isCanonicalWithTheTrainedLayoutAndItsDigest() throws IOException {
    for (String what : List.of("all", "last-1", "head", "lora", "biases")) {
      Plan plan = SmallModels.textPlan(FAST + ",\"what\":\"" + what + "\"}");
      TrainOrder order = order(texts(), plan, 1, "a");
      var group = run(order).groups().get(0);
      byte[] bytes = Files.readAllBytes(group.file());
      SafetensorsHeader header = Safetensors.read(ByteSource.of(bytes));
      assertTrue(header.canonical());
      assertEquals(TrainedLayout.of(BaseModel.open(order.base()), plan), header.layout());
      assertEquals(header.layout().digest(), group.layout());
      assertEquals(Digest.of(bytes), group.digest());
      assertEquals(bytes.length, group.bytes());
      assertEquals("f32", group.codec());
      assertEquals("delta", group.name());
    }
  }

  @Test
  void run_unusedTokens_moveByDecayAlone() throws IOException {
    Plan plan =
        SmallModels.textPlan(
            FAST.replace("0.01}", "0.01,\"weight-decay\":0.1}") + ",\"clip-norm\":0}");
    TrainOrder order = order(texts(), plan, 1, "a");
    TrainOutcome outcome = run(order);
    float[] delta = floats(outcome.groups().get(0).file(), TABLE);
    float[] start = floats(order.trained(), TABLE);
    var rate = LearningRate.of(plan.train().schedule(), 0.01, 1, 3, outcome.steps());
    int unused = 29_000 * 16;
    for (int i = unused; i < unused + 160; i++) {
      float end = start[i];
      for (int step = 0; step < outcome.steps(); step++) {
        end *= (float) (1 - rate.at(step) * 0.1);
      }
      assertEquals(end - start[i], delta[i]);
      assertNotEquals(0, delta[i]);
    }
  }

  @Test
  void run_separableTexts_learnsThem() throws IOException {
    Plan plan = SmallModels.textPlan(FAST.replace("\"epochs\":2", "\"epochs\":12") + "}");
    TrainOrder order = order(texts(), plan, 1, "a");
    EvaluationReport before = evaluate(order, order.trained());
    Path after = folder.resolve("after");
    add(order.trained(), run(order).groups().get(0).file(), after);
    EvaluationReport report = evaluate(order, after);
    assertEquals(0.5, before.accuracy(), 0.2);
    assertTrue(report.accuracy() > 0.9, report.toString());
    assertTrue(report.loss() < before.loss(), report.toString());
    assertTrue(report.accuracyLow() < report.accuracy());
    List<Prediction> predictions =
        Evaluation.predict(
            new PredictOrder(
                order.plan(),
                order.base(),
                after,
                List.of(
                    new Input.Text("a lovely sunny day"), new Input.Text("a terrible rainy night")),
                2,
                "cpu",
                Optional.empty()),
            () -> false);
    assertEquals(List.of("yes", "no"), predictions.stream().map(Prediction::words).toList());
    assertEquals(
        1,
        ((Prediction.Label) predictions.get(0))
            .top().stream().mapToDouble(r -> r.probability()).sum(),
        1e-9);
  }

  @Test
  void run_tabularRows_learnsThemWithSgd() throws IOException {
    Plan plan =
        SmallModels.plan(
            "tabular-classification",
            "{\"batch-size\":8,\"epochs\":100,\"optimizer\":{\"name\":\"sgd\","
                + "\"learning-rate\":0.05,\"weight-decay\":0.0001},\"schedule\":{\"name\":\"constant\","
                + "\"warm-up\":0}}");
    Path base = folder.resolve("mlp");
    Path zero = SmallModels.checkpoint(SmallModels.mlp(base), plan, folder.resolve("mlp-zero"));
    var csv = new StringBuilder("a,b,c,d,label\n");
    for (int i = 0; i < 64; i++) {
      double x = Math.sin(i * 1.7);
      csv.append(x).append(',').append(Math.cos(i)).append(",0.5,1,");
      csv.append(x > 0 ? "yes" : "no").append('\n');
    }
    Path data = Files.writeString(folder.resolve("rows.csv"), csv);
    DatasetSpec spec =
        spec(
            "{\"train\":{\"source\":\"csv\",\"path\":\""
                + data
                + "\",\"features\":[\"a\",\"b\",\"c\",\"d\"],\"label\":\"label\"},"
                + "\"validation\":\"25%\"}");
    var order =
        new TrainOrder(
            AssignmentId.parse("run/1/1/a"), plan, base, zero, spec, 0, output(), "auto");
    TrainOutcome outcome = run(order);
    assertEquals(48, outcome.examples());
    assertTrue(
        outcome.metrics().getOrDefault("validation-accuracy", 0.0) > 0.8,
        outcome.metrics().toString());
  }

  @Test
  void run_keptState_isGoneOnFrom_andDroppedWhereItDoesNotFit() throws IOException {
    for (String name : List.of("adamw", "sgd", "adafactor")) {
      Plan plan =
          SmallModels.textPlan(
              FAST.replace("0.01}", "0.001,\"name\":\"" + name + "\"}")
                  + ",\"optimizer-state\":\"keep\"}");
      TrainOutcome first = run(order(texts(), plan, 1, "a"));
      Path state = first.kept().orElseThrow();
      TrainOrder second = order(texts(), plan, 2, "a");
      TrainOutcome fresh = run(second);
      TrainOutcome gone = run(with(second, state));
      assertEquals(List.of(), gone.notes());
      assertNotEquals(fresh.groups().get(0).digest(), gone.groups().get(0).digest(), name);
      assertEquals(
          gone.groups().get(0).digest(), run(with(second, state)).groups().get(0).digest());
      Plan other = Plan.parse(plan.toJson().canonical().replace("\"all\"", "\"head\""));
      TrainOrder head = order(texts(), other, 2, "a");
      TrainOutcome dropped = run(with(head, state));
      assertTrue(dropped.notes().get(0).contains("another layout"), dropped.notes().toString());
      assertEquals(run(head).groups().get(0).digest(), dropped.groups().get(0).digest());
    }
    assertTrue(run(order(texts(), SmallModels.textPlan(FAST + "}"), 1, "a")).kept().isEmpty());
  }

  private static TrainOrder with(TrainOrder order, Path state) {
    return new TrainOrder(
        order.assignment(),
        order.plan(),
        order.base(),
        order.trained(),
        order.data(),
        order.stepsPerRound(),
        order.output(),
        order.device(),
        order.statistics(),
        order.control(),
        Optional.of(state));
  }

  /** Steps fewer than an epoch: the update says what it had, and the schedule what it is of. */
  @Test
  void run_stepsInsteadOfEpochs_countsRealExamples() throws IOException {
    Plan plan = SmallModels.textPlan(FAST.replace("\"epochs\":2", "\"steps\":3") + "}");
    TrainOutcome outcome = run(order(texts(), plan, 1, "a"));
    assertEquals(3, outcome.steps());
    assertEquals(12, outcome.examples());
    assertEquals(3, outcome.stepsPerRound());
  }

  @Test
  void run_progress_countsToTheEndAndCancelStops() throws IOException {
    TrainOrder order = order(texts(), SmallModels.textPlan(FAST + "}"), 1, "a");
    List<Progress> seen = new ArrayList<>();
    FineTuning.run(order, seen::add, () -> false, () -> seen.size() * 1_000_000_000L);
    assertEquals(20, seen.size());
    assertEquals(80, seen.get(19).done());
    assertEquals(80, seen.get(19).total());
    assertTrue(seen.get(19).examplesPerSecond() > 0);
    List<Progress> few = new ArrayList<>();
    var e =
        assertThrows(
            FederationException.class,
            () -> FineTuning.run(order, few::add, () -> few.size() == 3, () -> 0));
    assertEquals(ErrorKind.CANCELLED, e.kind());
    assertEquals(3, few.size());
  }

  @Test
  void run_lossNotFinite_failsWithAdvice() throws IOException {
    Plan plan =
        SmallModels.textPlan(
            "{\"batch-size\":4,\"epochs\":9,\"clip-norm\":0,\"optimizer\":{\"name\":\"sgd\","
                + "\"learning-rate\":1000},\"schedule\":{\"name\":\"constant\",\"warm-up\":0}}");
    TrainOrder order = order(texts(), plan, 1, "a");
    byte[] zero = Files.readAllBytes(order.trained());
    for (int i = zero.length - 64; i < zero.length; i++) {
      zero[i] = (byte) 0x7f;
    }
    Files.write(order.trained(), zero);
    var e = assertThrows(FederationException.class, () -> run(order));
    assertEquals(ErrorKind.WORKER_FAILED, e.kind());
    assertTrue(e.sentence().contains("learning-rate"), e.sentence());
  }

  @Test
  void run_gpuAskedFor_refused() throws IOException {
    TrainOrder cpu = order(texts(), SmallModels.textPlan(FAST + "}"), 1, "a");
    var order =
        new TrainOrder(
            cpu.assignment(),
            cpu.plan(),
            cpu.base(),
            cpu.trained(),
            cpu.data(),
            0,
            cpu.output(),
            "gpu");
    assertEquals(
        ErrorKind.INVALID_CONFIG, assertThrows(FederationException.class, () -> run(order)).kind());
  }

  @Test
  void evaluate_otherBatchSize_sameReportButForRounding() throws IOException {
    Plan plan = SmallModels.textPlan(FAST + "}");
    TrainOrder order = order(texts(), plan, 1, "a");
    EvaluationReport one = evaluate(order, order.trained());
    Plan other =
        Plan.parse(plan.toJson().canonical().replace("\"batch-size\":64", "\"batch-size\":3"));
    assertFalse(other.digest().equals(plan.digest()));
    EvaluationReport two =
        Evaluation.run(
            new EvaluateOrder(other, order.base(), order.trained(), order.data(), "cpu"),
            ProgressListener.NONE,
            () -> false,
            () -> 0);
    assertEquals(one.loss(), two.loss(), 1e-6);
    assertEquals(one.classes(), two.classes());
  }

  /** A plan that need not be repeatable. */
  private static Plan loose(String train) {
    return Plan.parse(
        "{\"name\":\"small\",\"seed\":5,\"deterministic\":false,\"model\":{\"base\":\"small\","
            + "\"task\":\"text-classification\",\"labels\":[\"no\",\"yes\"],\"max-tokens\":16},"
            + "\"train\":"
            + train
            + "}");
  }

  private static TrainOutcome run(TrainOrder order) {
    return FineTuning.run(order, ProgressListener.NONE, () -> false, () -> 0);
  }

  private static EvaluationReport evaluate(TrainOrder order, Path trained) {
    return Evaluation.run(
        new EvaluateOrder(order.plan(), order.base(), trained, order.data(), "cpu"),
        ProgressListener.NONE,
        () -> false,
        () -> 0);
  }

  private TrainOrder order(DatasetSpec data, Plan plan, int round, String node) throws IOException {
    Path base = folder.resolve("base");
    BaseModel model = Files.exists(base) ? BaseModel.open(base) : SmallModels.bert(base);
    Path zero =
        SmallModels.checkpoint(model, plan, folder.resolve("zero-" + plan.train().what().token()));
    return new TrainOrder(
        AssignmentId.parse("run/" + round + "/1/" + node),
        plan,
        base,
        zero,
        data,
        0,
        output(),
        "auto");
  }

  private Path output() throws IOException {
    return Files.createTempDirectory(folder, "output");
  }

  private DatasetSpec texts() throws IOException {
    List<String> good = List.of("lovely", "sunny", "great", "happy", "warm");
    List<String> bad = List.of("terrible", "rainy", "awful", "sad", "cold");
    var csv = new StringBuilder("text,label\n");
    for (int i = 0; i < 20; i++) {
      String tail = i % 4 == 0 ? " day with friends near the sea" : " day " + i;
      csv.append("a ").append(good.get(i % 5)).append(' ').append(good.get(i / 4)).append(tail);
      csv.append(",yes\n");
      csv.append("a ").append(bad.get(i % 5)).append(' ').append(bad.get(i / 4)).append(tail);
      csv.append(",no\n");
    }
    Path file = Files.writeString(folder.resolve("texts.csv"), csv);
    return spec(
        "{\"train\":{\"source\":\"csv\",\"path\":\""
            + file
            + "\",\"text\":\"text\",\"label\":\"label\"}}");
  }

  private DatasetSpec spec(String json) {
    return DatasetSpec.read(Settings.of("data", JsonReader.read(json)), folder);
  }

  private static float[] floats(Path file, String name) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    SafetensorsHeader header = Safetensors.read(ByteSource.of(bytes));
    var spec = header.layout().find(name).orElseThrow();
    long position = header.positions().getOrDefault(name, -1L);
    var data =
        ByteBuffer.wrap(bytes, (int) position, (int) spec.bytes())
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    float[] floats = new float[data.remaining()];
    data.get(floats);
    return floats;
  }

  /** Checkpoint plus delta, as a server with one node would do. */
  private static void add(Path checkpoint, Path delta, Path into) throws IOException {
    byte[] sum = Files.readAllBytes(checkpoint);
    byte[] change = Files.readAllBytes(delta);
    int data = (int) Safetensors.read(ByteSource.of(sum)).layout().dataBytes();
    ByteBuffer to = ByteBuffer.wrap(sum).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer from = ByteBuffer.wrap(change).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = sum.length - data; at < sum.length; at += Float.BYTES) {
      to.putFloat(at, to.getFloat(at) + from.getFloat(at));
    }
    Files.write(into, sum);
  }
}
