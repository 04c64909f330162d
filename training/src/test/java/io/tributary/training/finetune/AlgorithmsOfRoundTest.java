package io.tributary.training.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.FederationException;
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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole rounds at one node under each algorithm. */
class AlgorithmsOfRoundTest {
  private static final String FEDAVG = "\"fedavg\"";
  private static final int EPOCHS = 2;
  private static final double RATE = 0.05;

  @TempDir Path folder;
  private BaseModel mlp;
  private DatasetSpec rows;

  @BeforeEach
  void prepare() throws IOException {
    mlp = SmallModels.mlp(folder.resolve("mlp"));
    var csv = new StringBuilder("a,b,c,d,label\n");
    for (int i = 0; i < 40; i++) {
      double x = Math.sin(i * 1.7);
      csv.append(x).append(',').append(Math.cos(i)).append(",0.5,1,");
      csv.append(x > 0 ? "yes" : "no").append('\n');
    }
    rows = spec("\"features\":[\"a\",\"b\",\"c\",\"d\"]", csv.toString());
  }

  private DatasetSpec spec(String columns, String csv) throws IOException {
    Path file = Files.writeString(Files.createTempFile(folder, "data", ".csv"), csv);
    String json =
        "{\"train\":{\"source\":\"csv\",\"path\":\""
            + file
            + "\","
            + columns
            + ",\"label\":\"label\"}}";
    return DatasetSpec.read(Settings.of("data", JsonReader.read(json)), folder);
  }

  private static Plan plan(String task, String algorithm, String more) {
    String json =
        """
        {"name":"small","seed":5,%s
         "model":{"base":"small","task":"%s","labels":["no","yes"],"max-tokens":16},
         "train":{"batch-size":8,"clip-norm":0,"dropout":0,"algorithm":%s,
                  "optimizer":{"name":"sgd","learning-rate":%s,"momentum":0,"weight-decay":0.01},
                  "schedule":{"name":"constant","warm-up":0},%s},
         "federation":{"weights":"uniform"}}
        """;
    boolean byTime = more.contains("\"time\"");
    return Plan.parse(
        json.formatted(
            byTime ? "\"deterministic\":false," : "",
            task,
            algorithm,
            RATE,
            more.isEmpty() ? "\"epochs\":" + EPOCHS : more));
  }

  private static Plan rowsPlan(String algorithm) {
    return plan("tabular-classification", algorithm, "");
  }

  private TrainOrder order(
      BaseModel base,
      Plan plan,
      DatasetSpec data,
      int round,
      Optional<Path> control,
      Optional<Path> kept)
      throws IOException {
    Path zero = Files.createTempFile(folder, "zero", "");
    return new TrainOrder(
        AssignmentId.parse("run/" + round + "/1/a"),
        plan,
        base.folder(),
        SmallModels.checkpoint(base, plan, zero),
        data,
        0,
        Files.createTempDirectory(folder, "output"),
        "cpu",
        Optional.empty(),
        control,
        kept);
  }

  private TrainOutcome run(String algorithm, Optional<Path> control, Optional<Path> kept)
      throws IOException {
    return run(order(mlp, rowsPlan(algorithm), rows, 1, control, kept));
  }

  private static TrainOutcome run(TrainOrder order) {
    return FineTuning.run(order, ProgressListener.NONE, () -> false, () -> 0);
  }

  private TrainOutcome fresh(String algorithm) throws IOException {
    return run(algorithm, Optional.empty(), Optional.empty());
  }

  private static float[] values(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int data = (int) Safetensors.read(ByteSource.of(bytes)).layout().dataBytes();
    float[] values = new float[data / Float.BYTES];
    ByteBuffer.wrap(bytes, bytes.length - data, data)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return values;
  }

  private static double norm(TrainOutcome outcome) throws IOException {
    double squares = 0;
    for (float value : values(outcome.groups().get(0).file())) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }

  private static Path kept(TrainOutcome outcome) {
    return outcome.kept().orElseThrow().resolve("algorithm.safetensors");
  }

  private static List<String> names(TrainOutcome outcome) {
    return outcome.groups().stream().map(GroupFile::name).toList();
  }

  @Test
  void fedProx_muPullsBack_andNoneIsFedAvg() throws IOException {
    TrainOutcome plain = fresh(FEDAVG);
    TrainOutcome none = fresh("{\"name\":\"fedprox\",\"mu\":0}");
    assertEquals(plain.groups().get(0).digest(), none.groups().get(0).digest());
    double free = wholeBatches(FEDAVG);
    double pulled = wholeBatches("{\"name\":\"fedprox\",\"mu\":1}");
    double harder = wholeBatches("{\"name\":\"fedprox\",\"mu\":5}");
    assertTrue(pulled < 0.9 * free, pulled + " of " + free);
    assertTrue(harder < 0.9 * pulled, harder + " of " + pulled);
    assertEquals(Optional.empty(), none.kept());
  }

  /** How far twenty steps lead that all go the same way. */
  private double wholeBatches(String algorithm) throws IOException {
    String json = rowsPlan(algorithm).toJson().canonical();
    Plan plan =
        Plan.parse(
            json.replace("\"batch-size\":8", "\"batch-size\":40")
                .replace("\"epochs\":2", "\"epochs\":20"));
    return norm(run(order(mlp, plan, rows, 1, Optional.empty(), Optional.empty())));
  }

  /** A site that has no time for all of it sends what it did, and says how much that was. */
  @Test
  void fedProx_timeIsUp_partOfTheWorkIsSent() throws IOException {
    Plan plan = plan("tabular-classification", "\"fedprox\"", "\"time\":\"3s\"");
    var clock = new AtomicLong();
    TrainOrder order = order(mlp, plan, rows, 1, Optional.empty(), Optional.empty());
    TrainOutcome outcome =
        FineTuning.run(order, progress -> clock.addAndGet(1_000_000_000L), () -> false, clock::get);
    assertEquals(3, outcome.steps(), "of 5 in an epoch");
    assertEquals(24, outcome.examples());
    assertTrue(norm(outcome) > 0);
  }

  @Test
  void scaffold_firstRound_controlIsTheMeanStepAndIsKept() throws IOException {
    TrainOutcome plain = fresh(FEDAVG);
    TrainOutcome outcome = fresh("\"scaffold\"");
    assertEquals(List.of("delta", "control"), names(outcome));
    assertEquals(
        plain.groups().get(0).digest(),
        outcome.groups().get(0).digest(),
        "controls of zero correct nothing");
    float[] delta = values(outcome.groups().get(0).file());
    float[] control = values(outcome.groups().get(1).file());
    assertEquals(outcome.groups().get(0).layout(), outcome.groups().get(1).layout());
    for (int i = 0; i < delta.length; i++) {
      double mean = -delta[i] / (outcome.steps() * RATE);
      assertEquals(mean, control[i], 1e-6 * (1 + Math.abs(mean)));
    }
    assertEquals(-1, Files.mismatch(outcome.groups().get(1).file(), kept(outcome)));
  }

  @Test
  void scaffold_nextRound_goesOnFromBothControls() throws IOException {
    TrainOutcome first = fresh("\"scaffold\"");
    Path own = first.kept().orElseThrow();
    Optional<Path> server = Optional.of(first.groups().get(1).file());
    TrainOutcome alone = run("\"scaffold\"", Optional.empty(), Optional.of(own));
    TrainOutcome served = run("\"scaffold\"", server, Optional.empty());
    TrainOutcome both = run("\"scaffold\"", server, Optional.of(own));
    assertEquals(List.of(), both.notes());
    assertEquals(
        4,
        List.of(first, alone, served, both).stream()
            .map(outcome -> outcome.groups().get(1).digest())
            .distinct()
            .count());
    // c - c_i is zero where both are the same, so that steps are plain again
    assertEquals(first.groups().get(0).digest(), both.groups().get(0).digest());
    float[] before = values(own.resolve("algorithm.safetensors"));
    float[] change = values(both.groups().get(1).file());
    float[] after = values(kept(both));
    for (int i = 0; i < after.length; i++) {
      assertEquals(before[i] + change[i], after[i]);
    }
  }

  @Test
  void kept_bytesThatDecayed_areDroppedWithANote() throws IOException {
    for (String algorithm : List.of("\"scaffold\"", "\"feddyn\"")) {
      TrainOutcome first = fresh(algorithm);
      byte[] bytes = Files.readAllBytes(kept(first));
      bytes[bytes.length - 1] ^= 1;
      Files.write(kept(first), bytes);
      TrainOutcome second = run(algorithm, Optional.empty(), first.kept());
      assertEquals(first.groups().get(0).digest(), second.groups().get(0).digest());
      assertTrue(second.notes().get(0).contains("it starts from zero"), second.notes().get(0));
    }
  }

  @Test
  void fedDyn_keepsAlphaTimesTheStep_andGoesOnFromIt() throws IOException {
    String algorithm = "{\"name\":\"feddyn\",\"alpha\":0.1}";
    TrainOutcome first = fresh(algorithm);
    assertEquals(List.of("delta"), names(first));
    float[] delta = values(first.groups().get(0).file());
    float[] g = values(kept(first));
    for (int i = 0; i < g.length; i++) {
      assertEquals(-0.1 * delta[i], g[i], 1e-7);
    }
    TrainOutcome second = run(algorithm, Optional.empty(), first.kept());
    assertNotEquals(first.groups().get(0).digest(), second.groups().get(0).digest());
    assertEquals(
        second.groups().get(0).digest(),
        run(algorithm, Optional.empty(), first.kept()).groups().get(0).digest());
  }

  /** Controls move tokens that do not occur at the site, so that all of them are held. */
  @Test
  void scaffold_tokensThatDoNotOccur_areCorrectedToo() throws IOException {
    BaseModel bert = SmallModels.bert(folder.resolve("bert"));
    DatasetSpec texts = spec("\"text\":\"text\"", "text,label\na sunny day,yes\na rainy day,no\n");
    Plan plan = plan("text-classification", "\"scaffold\"", "");
    int size = (int) TrainedLayout.of(bert, plan).dataBytes() / Float.BYTES;
    TrainOutcome first = run(order(bert, plan, texts, 1, Optional.empty(), Optional.empty()));
    Path server = Files.createTempFile(folder, "server", "");
    FloatFile.write(
        server,
        TrainedLayout.of(bert, plan),
        (tensor, at, into, count) -> java.util.Arrays.fill(into, 0, count, 0.5f));
    TrainOutcome second = run(order(bert, plan, texts, 2, Optional.of(server), first.kept()));
    float[] plain = values(first.groups().get(0).file());
    float[] corrected = values(second.groups().get(0).file());
    int moved = 0;
    for (int i = 0; i < size; i++) {
      moved += Math.abs(corrected[i] - plain[i]) > 0.5 * RATE ? 1 : 0;
    }
    assertTrue(moved > 0.9 * size, moved + " of " + size);
  }

  @Test
  void moon_withoutALastModelIsFedAvg_withOneItIsNot() throws IOException {
    BaseModel llama = SmallModels.llama(folder.resolve("llama"));
    DatasetSpec texts =
        spec("\"text\":\"text\"", "text,label\na sunny day,yes\na rainy day,no\nsunny,yes\n");
    String moon = "{\"name\":\"moon\",\"mu\":5}";
    Plan plan = plan("text-classification", moon, "");
    TrainOutcome plain =
        run(
            order(
                llama,
                plan("text-classification", FEDAVG, ""),
                texts,
                1,
                Optional.empty(),
                Optional.empty()));
    TrainOutcome first = run(order(llama, plan, texts, 1, Optional.empty(), Optional.empty()));
    float[] alone = values(plain.groups().get(0).file());
    float[] contrasted = values(first.groups().get(0).file());
    for (int i = 0; i < alone.length; i++) {
      assertEquals(alone[i], contrasted[i], 1e-6, "rows that do not occur are held, too");
    }
    TrainOrder next = order(llama, plan, texts, 1, Optional.empty(), first.kept());
    TrainOutcome second = run(next);
    assertNotEquals(plain.groups().get(0).digest(), second.groups().get(0).digest());
    assertEquals(second.groups().get(0).digest(), run(next).groups().get(0).digest());
    float[] start = values(next.trained());
    float[] delta = values(second.groups().get(0).file());
    float[] last = values(kept(second));
    for (int i = 0; i < last.length; i++) {
      assertEquals(start[i] + delta[i], last[i]);
    }
  }

  @Test
  void moon_familyWithPassesByHand_refused() {
    Plan plan = plan("tabular-classification", "\"moon\"", "");
    var refused = assertThrows(FederationException.class, () -> TrainedLayout.of(mlp, plan));
    assertTrue(
        refused.sentence().contains("train.algorithm: moon (expected: another one for the family"),
        refused.sentence());
  }
}
