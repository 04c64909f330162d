package io.tributary.coordinator.effect;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.AggregationOrder;
import io.tributary.aggregation.Execution;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.coordinator.artifact.CheckpointStore;
import io.tributary.coordinator.artifact.Spool;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.coordinator.round.ArtifactRef;
import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.AssignmentStage;
import io.tributary.coordinator.round.Candidate;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.coordinator.round.Effect;
import io.tributary.coordinator.round.EffectId;
import io.tributary.coordinator.round.ExpectedGroup;
import io.tributary.coordinator.round.Judgement;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.coordinator.round.UpdateGroup;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.DataSize;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import io.tributary.federation.plan.Plan;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import io.tributary.transport.artifact.ManifestFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Updates are judged by the bytes of their receipts, whatever lies in the spool. */
class UpdateWorkTest {
  private static final RunId RUN = new RunId("r");
  private static final RoundId ROUND = new RoundId(RUN, 1);

  /** More than one piece of a manifest. */
  private static final int ELEMENTS = ManifestEntry.CHUNK_BYTES / 4 + 5_000;

  private static final Layout LAYOUT =
      Layout.of(List.of(new TensorSpec("w", DType.F32, List.of((long) ELEMENTS))));

  private static final Plan PLAN =
      Plan.parse(
          "{\"name\":\"p\",\"model\":{\"base\":\"b\",\"task\":\"text-classification\","
              + "\"labels\":[\"a\",\"b\"]}}");

  @TempDir Path folder;
  private final DurableFiles files = DurableFiles.unforced();
  private ArtifactStore artifacts;
  private CheckpointStore checkpoints;
  private Spool spool;
  private RunSpec spec;
  private UpdateWork work;

  @BeforeEach
  void open() throws IOException {
    artifacts = ArtifactStore.open(folder.resolve("artifacts"), files);
    files.createFolder(folder.resolve("spool"));
    files.createFolder(folder.resolve("temporary"));
    checkpoints =
        new CheckpointStore(folder.resolve("checkpoints"), artifacts, files, Failpoints.none());
    spool = Spool.open(folder.resolve("spool"), DataSize.parse("1GB"), files);
    byte[] base = "{}".getBytes(StandardCharsets.UTF_8);
    Checkpoint zero =
        checkpoints
            .store(Files.write(folder.resolve("zero"), file(1)), origin(artifacts.put(base)))
            .toCheckpoint();
    spec =
        new RunSpec(
            RUN,
            PLAN,
            new ArtifactRef(Digest.of(base), base.length),
            zero,
            List.of(new ExpectedGroup("delta", LAYOUT.digest(), "f32", file(0).length)),
            false,
            "test");
    work =
        new UpdateWork(
            new UpdateWork.Parts(
                spool,
                checkpoints,
                RootUpdates.none(),
                AdapterStarts.none(),
                Execution.inCallingThread(),
                folder.resolve("temporary"),
                () -> Instant.EPOCH,
                "test"));
  }

  private static CheckpointStore.Origin origin(Digest base) {
    return new CheckpointStore.Origin(
        new RoundId(RUN, 0),
        Optional.empty(),
        Digest.ofUtf8("plan"),
        base,
        new TreeMap<>(),
        "test",
        Instant.EPOCH);
  }

  /** A canonical file whose values are all the same. */
  private static byte[] file(float value) {
    ByteBuffer out =
        ByteBuffer.allocate((int) Safetensors.canonicalSize(LAYOUT))
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(Safetensors.canonicalHeader(LAYOUT));
    while (out.hasRemaining()) {
      out.putFloat(value);
    }
    return out.array();
  }

  private Path spooled(NodeName node) {
    return spool.file(new AssignmentId(ROUND, 1, node), AggregationOrder.DELTA);
  }

  /** An update that is stored and receipted. */
  private AssignmentRecord receipted(String name, byte[] bytes) throws IOException {
    var node = new NodeName(name);
    files.createFolder(requireNonNull(spooled(node).getParent()));
    Files.write(spooled(node), bytes);
    var group =
        new UpdateGroup(
            "delta", LAYOUT.digest(), "f32", new ArtifactRef(Digest.of(bytes), bytes.length));
    var facts =
        new UpdateFacts(
            spec.zero().manifest().digest(), List.of(group), 10, 1, new TreeMap<>(), 1, 0);
    return new AssignmentRecord(
        new AssignmentId(ROUND, 1, node),
        10,
        AssignmentStage.RECEIVED,
        "",
        false,
        Optional.of(facts),
        Optional.empty(),
        1);
  }

  private Judgement judge(AssignmentRecord update) throws IOException {
    return work.judge(
        new Effect.JudgeUpdate(
            new EffectId(RUN, "judge"),
            update.id(),
            update.update().orElseThrow(),
            update.declaredExamples(),
            spec,
            spec.zero()));
  }

  private void assertCorrupt(AssignmentRecord update) {
    var refused = assertThrows(FederationException.class, () -> judge(update));
    assertEquals(ErrorKind.CORRUPT, refused.kind());
    assertTrue(refused.sentence().contains(spooled(update.node()).toString()), refused.sentence());
  }

  @Test
  void judge_bytesOfTheReceipt_pass() throws IOException {
    AssignmentRecord update = receipted("a", file(2));
    var passed = assertInstanceOf(Judgement.Passed.class, judge(update));
    assertEquals(2 * Math.sqrt(ELEMENTS), passed.norm(), 1e-9);
    assertEquals(passed, judge(update), "asked again");
  }

  @Test
  void judge_refusedUpdateWithTheBytesOfItsReceipt_isTheNodesFault() throws IOException {
    var refused = assertInstanceOf(Judgement.Refused.class, judge(receipted("a", file(Float.NaN))));
    assertEquals("NOT_FINITE", refused.reason());
    byte[] noTensors = "no tensors".getBytes(StandardCharsets.UTF_8);
    assertEquals(
        "MALFORMED",
        assertInstanceOf(Judgement.Refused.class, judge(receipted("b", noTensors))).reason());
  }

  @Test
  void judge_anyOtherByteThanReceipted_isCorruptWhateverTheGateSays() throws IOException {
    int size = file(0).length;
    for (int at : new int[] {0, 9, size / 2, size - 1}) {
      AssignmentRecord update = receipted("a", file(2));
      byte[] other = file(2);
      other[at] ^= 1;
      Files.write(spooled(update.node()), other);
      assertCorrupt(update);
    }
    AssignmentRecord update = receipted("b", file(2));
    Files.write(spooled(update.node()), file(Float.NaN));
    assertCorrupt(update);
    Files.write(spooled(update.node()), new byte[] {1, 2});
    assertCorrupt(update);
  }

  @Test
  void judge_changedAfterAPass_isLookedAtAgain() throws IOException {
    AssignmentRecord update = receipted("a", file(2));
    judge(update);
    byte[] other = file(2);
    other[other.length - 1] ^= 1;
    Files.write(spooled(update.node()), other);
    Files.setLastModifiedTime(
        spooled(update.node()), FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    assertCorrupt(update);
  }

  @Test
  void aggregate_candidate_isStoredUnderWhatItsBytesAre() throws IOException {
    List<AssignmentRecord> updates = List.of(receipted("a", file(2)), receipted("b", file(4)));

    Candidate candidate =
        work.aggregate(
            new Effect.Aggregate(
                new EffectId(RUN, "aggregate"), ROUND, spec, spec.zero(), updates, 2));

    Digest trained = candidate.checkpoint().trained().digest();
    assertEquals(Digest.of(file(4)), trained);
    Path stored = artifacts.get(trained);
    byte[] json = artifacts.read(candidate.checkpoint().manifest().digest());
    Manifest manifest = Manifest.parse(new String(json, StandardCharsets.UTF_8));
    assertEquals(
        ManifestFiles.entry(CheckpointStore.TRAINED, stored),
        manifest.get(CheckpointStore.TRAINED));
    assertEquals(2, manifest.get(CheckpointStore.TRAINED).chunks().size());
    try (var left = Files.list(folder.resolve("temporary"))) {
      assertFalse(left.findAny().isPresent());
    }
  }
}
