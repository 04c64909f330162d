package io.tributary.coordinator.effect;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.AggregationOrder;
import io.tributary.aggregation.Execution;
import io.tributary.aggregation.lora.AdapterLayout;
import io.tributary.aggregation.lora.Matrix;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.coordinator.artifact.CheckpointStore;
import io.tributary.coordinator.artifact.Spool;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.coordinator.round.ArtifactRef;
import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.AssignmentStage;
import io.tributary.coordinator.round.Candidate;
import io.tributary.coordinator.round.Effect;
import io.tributary.coordinator.round.EffectId;
import io.tributary.coordinator.round.Judgement;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.coordinator.round.UpdateGroup;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.DataSize;
import io.tributary.federation.Digest;
import io.tributary.federation.NodeName;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;
import io.tributary.federation.plan.LoraFactor;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.TrainedPart;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rounds of adapters as the coordinator works on them, from judging to the checkpoint, against what
 * NumPy computed: five nodes, 24 × 20, rank 3, scaling 2.
 */
class AdapterWorkTest {
  private static final RunId RUN = new RunId("r");
  private static final String M = "m";
  private static final int OUT = 24;
  private static final int IN = 20;
  private static final int RANK = 3;
  private static final Map<String, double[]> GOLDEN = golden();

  /** Examples whose shares are the golden ones to 14 digits. */
  private static final double MANY = 1e15;

  @TempDir Path folder;
  private final DurableFiles files = DurableFiles.unforced();
  private CheckpointStore checkpoints;
  private Spool spool;
  private UpdateWork work;
  private Digest base;

  private static Map<String, double[]> golden() {
    try (var in =
        AdapterWorkTest.class.getResourceAsStream("/golden/lora-aggregation/case.safetensors")) {
      ByteSource file = ByteSource.of(requireNonNull(in).readAllBytes());
      return values(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, double[]> values(ByteSource file) throws IOException {
    SafetensorsHeader header = Safetensors.read(file);
    Map<String, double[]> values = new HashMap<>();
    for (TensorSpec tensor : header.layout().tensors()) {
      ByteBuffer bytes = ByteBuffer.allocate((int) tensor.bytes()).order(ByteOrder.LITTLE_ENDIAN);
      file.read(header.position(tensor.name()), bytes);
      double[] numbers = new double[(int) tensor.elements()];
      bytes.flip().asDoubleBuffer().get(numbers);
      values.put(tensor.name(), numbers);
    }
    return values;
  }

  private static double[] golden(String name) {
    return requireNonNull(GOLDEN.get(name), name);
  }

  @BeforeEach
  void open() throws IOException {
    ArtifactStore artifacts = ArtifactStore.open(folder.resolve("artifacts"), files);
    files.createFolder(folder.resolve("spool"));
    files.createFolder(folder.resolve("temporary"));
    checkpoints =
        new CheckpointStore(folder.resolve("checkpoints"), artifacts, files, Failpoints.none());
    spool = Spool.open(folder.resolve("spool"), DataSize.parse("1GB"), files);
    base = artifacts.put("{}".getBytes(StandardCharsets.UTF_8));
    work =
        new UpdateWork(
            new UpdateWork.Parts(
                spool,
                checkpoints,
                RootUpdates.none(),
                (spec, round, to) -> to.write(ByteBuffer.wrap(file(anew(), new double[132]))),
                Execution.inCallingThread(),
                folder.resolve("temporary"),
                () -> Instant.EPOCH,
                "test"));
  }

  /** The adapters without the head: what begins anew. */
  private static Layout anew() {
    return Layout.of(layout(RANK).tensors().stream().filter(t -> t.shape().size() == 2).toList());
  }

  private static Layout layout(long rank) {
    return Layout.of(
        List.of(
            new TensorSpec("head", DType.F64, List.of(2L)),
            new TensorSpec(AdapterLayout.a(M), DType.F64, List.of(rank, (long) IN)),
            new TensorSpec(AdapterLayout.b(M), DType.F64, List.of((long) OUT, rank))));
  }

  private static byte[] file(Layout layout, double... values) {
    ByteBuffer out =
        ByteBuffer.allocate((int) Safetensors.canonicalSize(layout))
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(Safetensors.canonicalHeader(layout));
    for (double value : values) {
      out.putDouble(value);
    }
    assertFalse(out.hasRemaining());
    return out.array();
  }

  private static double[] join(double[]... parts) {
    return Arrays.stream(parts).flatMapToDouble(Arrays::stream).toArray();
  }

  private static Plan plan(String lora) {
    return Plan.parse(
        "{\"name\":\"p\",\"model\":{\"base\":\"b\",\"task\":\"text-classification\","
            + "\"labels\":[\"a\",\"b\"]},\"train\":{\"what\":\"lora\",\"lora\":{\"rank\":3,"
            + "\"alpha\":6,"
            + lora
            + "}},\"federation\":{\"gate\":{\"max-norm\":1e9}}}");
  }

  private RunSpec spec(Plan plan, byte[] zero) throws IOException {
    var origin =
        new CheckpointStore.Origin(
            new RoundId(RUN, 0),
            Optional.empty(),
            Digest.ofUtf8("plan"),
            base,
            new TreeMap<>(),
            "test",
            Instant.EPOCH);
    return new RunSpec(
        RUN,
        plan,
        new ArtifactRef(base, 2),
        checkpoints.store(Files.write(folder.resolve("zero"), zero), origin).toCheckpoint(),
        List.of(),
        false,
        "test");
  }

  /** An update that lies in the spool and was judged. */
  private AssignmentRecord sent(RunSpec spec, int round, int node, Layout layout, byte[] delta)
      throws IOException {
    var id = new AssignmentId(new RoundId(RUN, round), 1, new NodeName("node-" + node));
    Path file = spool.file(id, AggregationOrder.DELTA);
    files.createFolder(requireNonNull(file.getParent()));
    Files.write(file, delta);
    var group =
        new UpdateGroup(
            "delta", layout.digest(), "f32", new ArtifactRef(Digest.of(delta), delta.length));
    long examples = Math.round(golden("p")[node] * MANY);
    var facts =
        new UpdateFacts(
            spec.zero().manifest().digest(), List.of(group), examples, 1, new TreeMap<>(), 1, 0);
    return new AssignmentRecord(
        id, examples, AssignmentStage.RECEIVED, "", false, Optional.of(facts), Optional.empty(), 1);
  }

  private Judgement judge(RunSpec spec, AssignmentRecord update) throws IOException {
    return work.judge(
        new Effect.JudgeUpdate(
            new EffectId(RUN, "judge"),
            update.id(),
            update.update().orElseThrow(),
            update.declaredExamples(),
            spec,
            spec.zero()));
  }

  private Candidate aggregate(RunSpec spec, int round, List<AssignmentRecord> updates)
      throws IOException {
    for (AssignmentRecord update : updates) {
      assertInstanceOf(Judgement.Passed.class, judge(spec, update));
    }
    Candidate candidate =
        work.aggregate(
            new Effect.Aggregate(
                new EffectId(RUN, "aggregate"),
                new RoundId(RUN, round),
                spec,
                spec.zero(),
                updates,
                updates.size()));
    try (var left = Files.list(folder.resolve("temporary"))) {
      assertFalse(left.findAny().isPresent(), "nothing temporary is left");
    }
    return candidate;
  }

  private Map<String, double[]> trained(Candidate candidate) throws IOException {
    Path file = checkpoints.verified(candidate.checkpoint().trained().digest());
    return values(ByteSource.of(Files.readAllBytes(file)));
  }

  private List<AssignmentRecord> goldenUpdates(RunSpec spec) throws IOException {
    List<AssignmentRecord> updates = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      double[] a = Arrays.copyOfRange(golden("a"), i * 60, (i + 1) * 60);
      double[] b = Arrays.copyOfRange(golden("b"), i * 72, (i + 1) * 72);
      byte[] delta = file(layout(RANK), join(new double[] {i, 1}, a, b));
      updates.add(sent(spec, 1, i, layout(RANK), delta));
    }
    return updates;
  }

  private static Matrix matrix(int rows, int columns, Map<String, double[]> values, String name) {
    return Matrix.of(rows, columns, requireNonNull(values.get(name), name));
  }

  private static Matrix weight(Map<String, double[]> trained) {
    Matrix weight = Matrix.of(OUT, IN, golden("w0"));
    if (trained.containsKey(AdapterLayout.residual(M))) {
      return weight.plus(matrix(OUT, IN, trained, AdapterLayout.residual(M)));
    }
    int rank = requireNonNull(trained.get(AdapterLayout.residualA(M))).length / IN;
    return weight.plus(
        matrix(OUT, rank, trained, AdapterLayout.residualB(M))
            .times(matrix(rank, IN, trained, AdapterLayout.residualA(M))));
  }

  private static Matrix product(Map<String, double[]> trained) {
    return matrix(OUT, RANK, trained, AdapterLayout.b(M))
        .times(matrix(RANK, IN, trained, AdapterLayout.a(M)));
  }

  @Test
  void fedit_golden_isTheMeanOfEachFactor_andSaysWhatItLost() throws IOException {
    RunSpec spec = spec(plan("\"aggregation\":\"fedit\""), file(layout(RANK), new double[134]));
    Candidate candidate = aggregate(spec, 1, goldenUpdates(spec));
    Map<String, double[]> trained = trained(candidate);
    assertEquals(3, trained.size());
    assertArrayEquals(golden("fedit.a"), trained.get(AdapterLayout.a(M)), 1e-12);
    assertArrayEquals(golden("fedit.b"), trained.get(AdapterLayout.b(M)), 1e-12);
    double lost = requireNonNull(candidate.measures().get("lora-inexactness"));
    assertEquals(0.8339491983948448, lost, 1e-11);
    assertEquals(candidate.measures().get("lora-inexactness-worst"), lost);
  }

  @Test
  void fedex_golden_isFeditAndTheWeightWithTheResidual() throws IOException {
    RunSpec spec = spec(plan("\"aggregation\":\"fedex\""), file(layout(RANK), new double[134]));
    Candidate candidate = aggregate(spec, 1, goldenUpdates(spec));
    Map<String, double[]> trained = trained(candidate);
    assertArrayEquals(golden("fedit.a"), trained.get(AdapterLayout.a(M)), 1e-12);
    assertArrayEquals(golden("fedex.w0"), weight(trained).values(), 1e-12);
    assertArrayEquals(
        golden("fedex.effective"), weight(trained).plus(product(trained).times(2)).values(), 1e-11);
    assertEquals(
        0.8339491983948448, requireNonNull(candidate.measures().get("lora-inexactness")), 1e-11);
  }

  @Test
  void flora_golden_isTheWholeProductInTheWeight_andAdaptersAnew() throws IOException {
    RunSpec spec = spec(plan("\"aggregation\":\"flora\""), file(layout(RANK), new double[134]));
    Candidate candidate = aggregate(spec, 1, goldenUpdates(spec));
    Map<String, double[]> trained = trained(candidate);
    assertArrayEquals(golden("fedex.effective"), weight(trained).values(), 1e-11);
    assertArrayEquals(new double[60], trained.get(AdapterLayout.a(M)), "begun anew");
    assertArrayEquals(new double[72], trained.get(AdapterLayout.b(M)));
    assertEquals(1, requireNonNull(trained.get("head"))[1], 1e-12, "what is saved is averaged");
    assertTrue(candidate.measures().isEmpty(), "nothing is lost");
  }

  /** The same product whichever way ranks meet: zeros beside factors, or stacked as they are. */
  @Test
  void ranks_goldenOfOtherRanks_areExactInFedexAndFlora() throws IOException {
    int[] ranks = {2, 3, 1, 3, 2};
    Map<String, Matrix> results = new HashMap<>();
    Matrix expected = Matrix.of(OUT, IN, golden("w0"));
    for (String way : List.of("fedex", "flora")) {
      String some = "\"ranks\":{\"node-0\":2,\"node-2\":1,\"node-4\":2}";
      RunSpec spec =
          spec(
              plan("\"aggregation\":\"" + way + "\"," + some),
              file(layout(RANK), join(new double[2], ones(60), ones(72))));
      List<AssignmentRecord> updates = new ArrayList<>();
      expected = Matrix.of(OUT, IN, golden("w0"));
      for (int i = 0; i < 5; i++) {
        int rank = ranks[i];
        double[] a = Arrays.copyOfRange(golden("a"), i * 60, i * 60 + rank * IN);
        double[] b = Arrays.copyOfRange(golden("b"), i * 72, i * 72 + OUT * rank);
        byte[] delta = file(layout(rank), join(new double[2], a, b));
        updates.add(sent(spec, 1, i, layout(rank), delta));
        Matrix own = Matrix.of(OUT, rank, b).plus(Matrix.of(OUT, rank, ones(OUT * rank)));
        Matrix other = Matrix.of(rank, IN, a).plus(Matrix.of(rank, IN, ones(rank * IN)));
        expected = expected.plus(own.times(other).times(2 * golden("p")[i]));
      }
      Map<String, double[]> trained = trained(aggregate(spec, 1, updates));
      results.put(way, weight(trained).plus(product(trained).times(2)));
    }
    assertArrayEquals(expected.values(), requireNonNull(results.get("fedex")).values(), 1e-10);
    assertArrayEquals(expected.values(), requireNonNull(results.get("flora")).values(), 1e-10);
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Test
  void rolora_roundsTakeOneFactor_theOtherStays() throws IOException {
    RunSpec spec =
        spec(
            plan("\"aggregation\":\"rolora\""),
            file(layout(RANK), join(new double[] {0, 0}, ones(60), ones(72))));
    Layout b = AdapterLayout.moving(layout(RANK), still(spec, 1));
    byte[] delta = file(b, join(new double[] {2, 4}, golden("fedit.b")));
    Map<String, double[]> trained =
        trained(aggregate(spec, 1, List.of(sent(spec, 1, 0, b, delta))));
    assertArrayEquals(ones(60), trained.get(AdapterLayout.a(M)));
    assertEquals(1 + golden("fedit.b")[5], requireNonNull(trained.get(AdapterLayout.b(M)))[5]);
    assertEquals(4, requireNonNull(trained.get("head"))[1]);

    Layout a = AdapterLayout.moving(layout(RANK), still(spec, 2));
    AssignmentRecord second =
        sent(spec, 2, 0, a, file(a, join(new double[] {2, 4}, golden("fedit.a"))));
    trained = trained(aggregate(spec, 2, List.of(second)));
    assertArrayEquals(ones(72), trained.get(AdapterLayout.b(M)));
    AssignmentRecord wrong = sent(spec, 2, 1, b, delta);
    var refused = assertInstanceOf(Judgement.Refused.class, judge(spec, wrong));
    assertEquals("WRONG_LAYOUT", refused.reason());
  }

  private static Optional<LoraFactor> still(RunSpec spec, int round) {
    var lora = (TrainedPart.Lora) spec.plan().train().what();
    return lora.inRound(round).still();
  }

  @Test
  void judge_aRankThatIsNotTheNodes_refused() throws IOException {
    RunSpec spec = spec(plan("\"ranks\":{\"node-0\":2}"), file(layout(RANK), new double[134]));
    byte[] large = file(layout(RANK), new double[134]);
    var refused =
        assertInstanceOf(
            Judgement.Refused.class, judge(spec, sent(spec, 1, 0, layout(RANK), large)));
    assertEquals("WRONG_LAYOUT", refused.reason());
    assertInstanceOf(Judgement.Passed.class, judge(spec, sent(spec, 1, 1, layout(RANK), large)));
  }
}
