package io.tributary.training.finetune;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.codec.Coding;
import io.tributary.aggregation.codec.FloatRun;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.SmallModels;
import io.tributary.training.model.TrainedLayout;
import io.tributary.training.worker.GroupFile;
import io.tributary.training.worker.ProgressListener;
import io.tributary.training.worker.TrainOrder;
import io.tributary.training.worker.TrainOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one node sends and keeps over two rounds, beside what it would have sent. */
class DeltaCompressionTest {
  private static final String TOP_K = "{\"name\":\"top-k\",\"fraction\":0.2}";

  @TempDir Path folder;

  private static Plan plan(String compression, String train) {
    String json =
        """
        {"name":"small","seed":5,
         "model":{"base":"small","task":"tabular-classification","labels":["no","yes"]},
         "train":{"batch-size":8,"clip-norm":0,"epochs":2,%s
                  "optimizer":{"name":"sgd","learning-rate":0.05,"weight-decay":0.01},
                  "schedule":{"name":"constant","warm-up":0}},
         "federation":{"compression":%s}}
        """;
    return Plan.parse(json.formatted(train, compression));
  }

  private BaseModel mlp() throws IOException {
    Path base = folder.resolve("mlp");
    return Files.exists(base) ? BaseModel.open(base) : SmallModels.mlp(base);
  }

  private DatasetSpec rows() throws IOException {
    var csv = new StringBuilder("a,b,c,d,label\n");
    for (int i = 0; i < 64; i++) {
      double x = Math.sin(i * 1.7);
      csv.append(x).append(',').append(Math.cos(i)).append(",0.5,1,");
      csv.append(x > 0 ? "yes" : "no").append('\n');
    }
    Path file = Files.writeString(folder.resolve("rows.csv"), csv);
    String json =
        "{\"train\":{\"source\":\"csv\",\"path\":\""
            + file
            + "\",\"features\":[\"a\",\"b\",\"c\",\"d\"],\"label\":\"label\"}}";
    return DatasetSpec.read(Settings.of("data", JsonReader.read(json)), folder);
  }

  private TrainOutcome run(Plan plan, int round, Optional<Path> kept) throws IOException {
    BaseModel base = mlp();
    var order =
        new TrainOrder(
            AssignmentId.parse("run/" + round + "/1/a"),
            plan,
            base.folder(),
            SmallModels.checkpoint(base, plan, Files.createTempFile(folder, "zero", "")),
            rows(),
            0,
            Files.createTempDirectory(folder, "output"),
            "cpu",
            Optional.empty(),
            Optional.empty(),
            kept);
    return FineTuning.run(order, ProgressListener.NONE, () -> false, () -> 0);
  }

  private Coding coding(Plan plan, int round) throws IOException {
    return Coding.ofDelta(
        plan, TrainedLayout.of(mlp(), plan), AssignmentId.parse("run/" + round + "/1/a"));
  }

  /** What a node without a codec sends in a round. */
  private float[] plain(int round) throws IOException {
    Plan plan = plan("\"none\"", "");
    return values(run(plan, round, Optional.empty()).groups().get(0), coding(plan, round));
  }

  private static float[] values(GroupFile group, Coding coding) throws IOException {
    return values(coding.decode(ByteSource.of(Files.readAllBytes(group.file()))), coding.layout());
  }

  private static float[] values(ByteSource file, Layout layout) throws IOException {
    float[] values = new float[(int) (layout.dataBytes() / Float.BYTES)];
    FloatRun.of(file, layout).read(0, values, values.length);
    return values;
  }

  private float[] leftOut(TrainOutcome outcome) throws IOException {
    Path file = outcome.kept().orElseThrow().resolve("left-out.safetensors");
    return values(
        ByteSource.of(Files.readAllBytes(file)), TrainedLayout.of(mlp(), plan("\"none\"", "")));
  }

  private static float[] sum(float[] one, float[] other) {
    float[] sum = one.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other[i];
    }
    return sum;
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  private static double figure(TrainOutcome outcome, String name) {
    return requireNonNull(outcome.metrics().get(name), name);
  }

  @Test
  void run_topK_sendsOrKeepsEveryNumberOnce() throws IOException {
    Plan plan = plan(TOP_K, "");
    TrainOutcome first = run(plan, 1, Optional.empty());
    float[] sent = values(first.groups().get(0), coding(plan, 1));
    float[] left = leftOut(first);
    assertArrayEquals(plain(1), sum(sent, left));

    TrainOutcome second = run(plan, 2, first.kept());
    float[] whole = sum(plain(2), left);
    assertArrayEquals(whole, sum(values(second.groups().get(0), coding(plan, 2)), leftOut(second)));
    assertEquals(
        norm(leftOut(second)) / norm(whole), figure(second, TrainOutcome.COMPRESSION_ERROR), 1e-6);
    assertEquals(List.of(), second.notes());
  }

  @Test
  void run_topKAgainFromTheSame_sendsTheSameBytes() throws IOException {
    Plan plan = plan(TOP_K, "");
    TrainOutcome first = run(plan, 1, Optional.empty());
    Digest second = run(plan, 2, first.kept()).groups().get(0).digest();
    assertEquals(second, run(plan, 2, first.kept()).groups().get(0).digest());
    assertFalse(second.equals(run(plan, 2, Optional.empty()).groups().get(0).digest()));
  }

  @Test
  void run_compressed_tellsItsFileAndItsFigures() throws IOException {
    Plan plan = plan("\"int8\"", "");
    TrainOutcome outcome = run(plan, 1, Optional.empty());
    GroupFile delta = outcome.groups().get(0);
    Coding coding = coding(plan, 1);
    assertEquals("int8/256", delta.codec());
    assertEquals(coding.digest(), delta.layout());
    assertEquals(coding.bytes(), delta.bytes());
    assertEquals(Digest.of(Files.readAllBytes(delta.file())), delta.digest());
    assertEquals(coding.bytes(), (long) figure(outcome, TrainOutcome.SENT_BYTES));
    assertEquals(
        Safetensors.canonicalSize(coding.layout()),
        (long) figure(outcome, TrainOutcome.PLAIN_BYTES));
    assertEquals(0.008, figure(outcome, TrainOutcome.COMPRESSION_ERROR), 0.007);
    assertTrue(outcome.kept().isEmpty());
    assertFalse(Files.exists(delta.file().resolveSibling("delta.safetensors")));
    float[] plain = plain(1);
    float[] sent = values(delta, coding);
    for (int i = 0; i < plain.length; i++) {
      sent[i] -= plain[i];
    }
    assertEquals(norm(sent) / norm(plain), figure(outcome, TrainOutcome.COMPRESSION_ERROR), 1e-6);
  }

  @Test
  void run_notCompressed_hasNoSuchFigures() throws IOException {
    TrainOutcome outcome = run(plan("\"none\"", ""), 1, Optional.empty());
    assertFalse(outcome.metrics().containsKey(TrainOutcome.COMPRESSION_ERROR));
    assertFalse(outcome.metrics().containsKey(TrainOutcome.SENT_BYTES));
    assertEquals("delta.safetensors", outcome.groups().get(0).file().getFileName().toString());
  }

  @Test
  void run_whatWasLeftOutDecayed_startsFromZeroAndSaysSo() throws IOException {
    Plan plan = plan(TOP_K, "");
    TrainOutcome first = run(plan, 1, Optional.empty());
    Path file = first.kept().orElseThrow().resolve("left-out.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    TrainOutcome second = run(plan, 2, first.kept());
    assertEquals(1, second.notes().size());
    assertTrue(
        second.notes().get(0).startsWith("what compression left out of the last update is dropped"),
        second.notes().toString());
    assertEquals(
        run(plan, 2, Optional.empty()).groups().get(0).digest(), second.groups().get(0).digest());
  }

  @Test
  void run_scaffold_controlsTravelAsTheyAre() throws IOException {
    String scaffold = "\"algorithm\":\"scaffold\",";
    TrainOutcome plain = run(plan("\"none\"", scaffold), 1, Optional.empty());
    TrainOutcome outcome = run(plan(TOP_K, scaffold), 1, Optional.empty());
    assertEquals("top-k/0.2", outcome.groups().get(0).codec());
    assertEquals("f32", outcome.groups().get(1).codec());
    assertEquals(plain.groups().get(1).digest(), outcome.groups().get(1).digest());
    Path kept = outcome.kept().orElseThrow();
    assertTrue(Files.exists(kept.resolve("algorithm.safetensors")));
    assertTrue(Files.exists(kept.resolve("left-out.safetensors")));
    assertEquals(
        outcome.groups().stream().mapToLong(GroupFile::bytes).sum(),
        (long) figure(outcome, TrainOutcome.SENT_BYTES));
  }

  @Test
  void run_personalModel_isKeptBeside() throws IOException {
    TrainOutcome outcome = run(plan(TOP_K, "\"personal\":\"fine-tune\","), 1, Optional.empty());
    Path kept = outcome.kept().orElseThrow();
    assertTrue(Files.exists(kept.resolve("personal.safetensors")));
    assertTrue(Files.exists(kept.resolve("left-out.safetensors")));
  }
}
