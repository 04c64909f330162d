package io.tributary.coordinator;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.StatusRuntimeException;
import io.tributary.coordinator.artifact.CheckpointStore;
import io.tributary.coordinator.artifact.Provenance;
import io.tributary.coordinator.check.StateCheck;
import io.tributary.coordinator.check.StateFinding;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.coordinator.round.ArtifactRef;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.manifest.Manifest;
import io.tributary.proto.v1.RunView;
import io.tributary.proto.v1.StartRunRequest;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import io.tributary.transport.artifact.TransferListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a server optimizer remembers belongs to the checkpoint: a crash between or inside rounds
 * changes no bit of it, nodes never see it, and it goes with the checkpoint it belongs to.
 */
class OptimizerRestartTest {
  private static final int ROUNDS = 4;
  private static final String PAIR = "\"cohort\": {\"quorum\": 2, \"nodes\": [\"a\", \"b\"]}";
  private static final String ADAM =
      PAIR + ", \"server-optimizer\": {\"name\": \"fedadam\", \"learning-rate\": 0.1}";

  private static String expectedDigest = "";

  @TempDir Path folder;

  @BeforeAll
  static void undisturbed(@TempDir Path home) throws Exception {
    try (var federation = new TestFederation(home)) {
      join(federation);
      RunView end = federation.awaitEnd(federation.start(ROUNDS, ADAM).getRun());
      assertEquals("completed", end.getState(), end.getReason());
      expectedDigest = end.getFinalDigest();
    }
  }

  private static void join(TestFederation federation) throws IOException {
    federation.node("a", 0.5f);
    federation.node("b", 0.25f);
  }

  /** Each is reached in every round; the third time is in the midst of the run. */
  static Stream<String> places() {
    return Stream.of(
        Failpoints.AGGREGATION_STARTED,
        Failpoints.CANDIDATE_WRITTEN,
        Failpoints.CANDIDATE_FORCED,
        Failpoints.CHECKPOINT_FORCED,
        Failpoints.EVALUATION_STARTED,
        Failpoints.before("AggregationFinished"),
        Failpoints.after("AggregationFinished"),
        Failpoints.before("RoundCommitted"),
        Failpoints.after("RoundCommitted"));
  }

  @ParameterizedTest
  @MethodSource("places")
  void run_crashInTheMidst_endsWithTheSameDigest(String place) throws Exception {
    var crash = new CrashOnce(place, 3);
    try (var federation = new TestFederation(folder, "full", "", crash)) {
      join(federation);
      String run = federation.start(ROUNDS, ADAM).getRun();
      crash.crashed.get(TestFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS);

      federation.restart(Failpoints.none());

      RunView end = federation.awaitEnd(run);
      assertEquals("completed", end.getState(), end.getReason());
      assertEquals(expectedDigest, end.getFinalDigest());
    }
  }

  @Test
  void run_restartedInEveryRound_endsWithTheSameDigest() throws Exception {
    try (var federation = new TestFederation(folder)) {
      join(federation);
      String run = federation.start(ROUNDS, ADAM).getRun();
      for (int round = 0; round < ROUNDS; round++) {
        int committed = round;
        federation.await(run, view -> view.getRoundsCount() > committed);
        federation.restart(Failpoints.none());
      }
      assertEquals(expectedDigest, federation.awaitEnd(run).getFinalDigest());
    }
  }

  @Test
  void run_optimizerThatRemembers_endsElsewhereThanWithoutMemory() throws Exception {
    try (var federation = new TestFederation(folder)) {
      join(federation);
      List<String> ends = new ArrayList<>(List.of(expectedDigest));
      for (String name : List.of("none", "fedavgm", "fedadagrad", "fedyogi")) {
        String keys = PAIR + ", \"server-optimizer\": \"" + name + "\"";
        RunView end = federation.awaitEnd(federation.start(ROUNDS, keys).getRun());
        assertEquals("completed", end.getState(), end.getReason());
        ends.add(end.getFinalDigest());
      }
      assertEquals(5, Set.copyOf(ends).size(), ends.toString());
    }
  }

  /** Both nodes send the same in every round; 0.375 is the mean of what they send. */
  @Test
  void run_momentum_isCarriedFromRoundToRound() throws Exception {
    try (var federation = new TestFederation(folder)) {
      join(federation);
      String keys = PAIR + ", \"server-optimizer\": \"fedavgm\"";
      RunView end = federation.awaitEnd(federation.start(ROUNDS, keys).getRun());
      float expected = 0;
      for (int round = 1; round <= ROUNDS; round++) {
        expected = (float) (0.9 * expected + 0.375);
      }
      ArtifactRef momentum =
          requireNonNull(record(end.getRun(), ROUNDS).optimizer().get("momentum"));
      byte[] file = Files.readAllBytes(artifact(momentum.digest()));
      ByteBuffer values = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
      assertEquals(expected, values.getFloat(file.length - Float.BYTES));
    }
  }

  @Test
  void state_ofKeptCheckpointsOnly_liesInTheFolderAndIsChecked() throws Exception {
    try (var federation = new TestFederation(folder)) {
      join(federation);
      RunView end = federation.awaitEnd(federation.start(ROUNDS, ADAM).getRun());
      federation.settle(end.getRun());
      Provenance last = record(end.getRun(), ROUNDS);
      assertEquals(Set.of("first-moment", "second-moment"), last.optimizer().keySet());
      assertEquals(last, Provenance.parse(last.toJson().canonical()));
      Manifest manifest = Manifest.parse(Files.readString(artifact(last.checkpoint())));
      for (String state : last.optimizer().keySet()) {
        ArtifactRef file = last.optimizer().get(state);
        assertEquals(file.digest(), manifest.get(CheckpointStore.OPTIMIZER + state).digest());
        assertEquals(file.bytes(), Files.size(artifact(file.digest())));
      }
      for (int round = 1; round < ROUNDS; round++) {
        boolean kept = round == end.getBestRound();
        for (ArtifactRef file : record(end.getRun(), round).optimizer().values()) {
          assertEquals(kept, Files.exists(artifact(file.digest())), "round " + round);
        }
      }
    }
    Path state = folder.resolve("state");
    assertEquals(List.of(), failed(state));
    Path moment =
        artifact(
            requireNonNull(record(runOf(state), ROUNDS).optimizer().get("second-moment")).digest());
    byte[] bytes = Files.readAllBytes(moment);
    bytes[bytes.length - 1] ^= 1;
    Files.write(moment, bytes);
    assertEquals(1, failed(state).size());
  }

  private static List<String> failed(Path state) {
    return StateCheck.run(state).stream()
        .filter(StateFinding::isFailed)
        .map(StateFinding::line)
        .collect(Collectors.toList());
  }

  private static String runOf(Path state) throws IOException {
    try (Stream<Path> runs = Files.list(state.resolve("checkpoints"))) {
      return runs.findFirst().orElseThrow().getFileName().toString();
    }
  }

  private Provenance record(String run, int round) throws IOException {
    Path file = folder.resolve("state/checkpoints").resolve(run).resolve(round + ".json");
    return Provenance.parse(Files.readString(file, StandardCharsets.UTF_8));
  }

  private Path artifact(Digest digest) {
    return folder
        .resolve("state/artifacts/sha256")
        .resolve(digest.hex().substring(0, 2))
        .resolve(digest.hex());
  }

  @Test
  void fetch_ofTheState_isNotForNodes() throws Exception {
    try (var federation = new TestFederation(folder)) {
      for (String name : List.of("a", "b")) {
        federation.node(name, 0.5f, id -> idleAfterThis(federation, name));
      }
      String run = federation.start(ROUNDS, ADAM).getRun();
      RunView open =
          federation.await(
              run, view -> view.getState().equals("collecting") && view.getRoundsCount() > 1);
      Provenance current = record(run, open.getRoundsCount() - 1);
      ArtifactStore store = ArtifactStore.open(folder.resolve("fetched"), DurableFiles.unforced());
      var trained = new ArtifactRef(current.trained(), current.trainedBytes());
      fetch(federation, trained, store);
      for (ArtifactRef state : current.optimizer().values()) {
        var refused =
            assertThrows(FederationException.class, () -> fetch(federation, state, store));
        assertEquals(ErrorKind.NOT_ADMITTED, refused.kind());
      }
    }
  }

  /** The node does what it is about to do, and takes nothing more on. */
  private static ScriptedUpdate.Fault idleAfterThis(TestFederation federation, String name) {
    federation.nodes.stream()
        .filter(node -> node.name.equals(name))
        .forEach(node -> node.idle = true);
    return ScriptedUpdate.Fault.NONE;
  }

  private static void fetch(TestFederation federation, ArtifactRef file, ArtifactStore store) {
    var unused =
        federation
            .artifacts("node", "a")
            .fetch(file.digest(), file.bytes(), store, TransferListener.silent());
  }

  /** A run that goes on from another's checkpoint begins with an optimizer that knows nothing. */
  @Test
  void start_fromACheckpoint_doesNotTakeItsMemory() throws Exception {
    try (var federation = new TestFederation(folder)) {
      join(federation);
      RunView first = federation.awaitEnd(federation.start(1, ADAM).getRun());
      RunView plain = federation.awaitEnd(federation.start(1, PAIR).getRun());
      assertNotEquals(first.getFinalDigest(), plain.getFinalDigest());
      for (String keys : List.of(ADAM, PAIR)) {
        RunView next =
            federation.awaitEnd(
                federation
                    .operator()
                    .startRun(
                        StartRunRequest.newBuilder()
                            .setPlan(federation.plan(1, keys))
                            .setBaseManifest(federation.manifest().toJson().canonical())
                            .setFrom(first.getRun() + ":last")
                            .build())
                    .getRun());
        assertEquals("completed", next.getState(), next.getReason());
        Provenance record = record(next.getRun(), 1);
        assertEquals(keys.equals(ADAM) ? 2 : 0, record.optimizer().size());
      }
    }
  }

  @Test
  void start_planThatItsRuleCannotServe_isRefusedAndNothingIsStored() throws Exception {
    try (var federation = new TestFederation(folder)) {
      federation.putModel();
      var refused =
          assertThrows(
              StatusRuntimeException.class,
              () -> federation.start(1, PAIR + ", \"rule\": \"krum\""));
      assertTrue(
          String.valueOf(refused.getMessage())
              .contains("federation.cohort.quorum: 2 (expected: at least 5"),
          refused.getMessage());
      assertEquals(0, entries(folder.resolve("state/checkpoints")));
    }
  }

  private static long entries(Path folder) throws IOException {
    try (Stream<Path> all = Files.exists(folder) ? Files.list(folder) : Stream.empty()) {
      return all.count();
    }
  }
}
