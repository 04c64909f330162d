package io.tributary.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.StatusRuntimeException;
import io.tributary.coordinator.artifact.Provenance;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.federation.NodeName;
import io.tributary.proto.v1.RunView;
import io.tributary.training.worker.TrainOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** FLTrust: the coordinator trains on its own examples and holds updates against what it made. */
class RootSetTest {
  private static final String TRUST =
      "\"rule\": \"fltrust\", \"cohort\": {\"quorum\": 2, \"nodes\": [\"a\", \"b\"]}";
  private static final String ROOT =
      ", \"root-set\": {\"path\": \"root.csv\", \"features\": [\"f0\", \"f1\", \"f2\"]}";

  @TempDir Path folder;

  @BeforeEach
  void rootSet() throws IOException {
    Files.writeString(folder.resolve("root.csv"), "f0,f1,f2,label\n1,2,2,a\n3,1,1,b\n");
  }

  /** One node goes the coordinator's way, four times as far; the other one goes against it. */
  private static void join(TestFederation federation) throws IOException {
    federation.node("a", 0.5f);
    federation.node("b", -0.5f);
  }

  private Provenance record(RunView run, int round) throws IOException {
    Path file = folder.resolve("state/checkpoints").resolve(run.getRun()).resolve(round + ".json");
    return Provenance.parse(Files.readString(file));
  }

  @Test
  void run_hostileNode_hasNoPartInTheStep() throws Exception {
    try (var federation = new TestFederation(folder, "full", ROOT, Failpoints.none())) {
      join(federation);
      RunView end = federation.awaitEnd(federation.start(2, TRUST).getRun());
      assertEquals("completed", end.getState(), end.getReason());
      Map<NodeName, Double> expected =
          new TreeMap<>(Map.of(new NodeName("a"), 1.0, new NodeName("b"), 0.0));
      assertEquals(expected, record(end, 2).contributors());
      assertEquals(2, federation.worker.trainings.size());
      TrainOrder order = federation.worker.trainings.remove();
      assertEquals(folder.resolve("root.csv").toAbsolutePath(), order.data().train().path());
      assertEquals("root-set", order.assignment().node().value());
      try (Stream<Path> left = Files.list(folder.resolve("state/temporary"))) {
        assertEquals(List.of(), left.toList());
      }
    }
  }

  /** The coordinator's own update never travels, so it is held as it is against decoded ones. */
  @Test
  void run_compressedUpdates_areHeldAgainstAnUpdateAsItIs() throws Exception {
    try (var federation = new TestFederation(folder, "full", ROOT, Failpoints.none())) {
      join(federation);
      RunView end =
          federation.awaitEnd(federation.start(2, "\"compression\": \"int8\", " + TRUST).getRun());
      assertEquals("completed", end.getState(), end.getReason());
      Map<NodeName, Double> expected =
          new TreeMap<>(Map.of(new NodeName("a"), 1.0, new NodeName("b"), 0.0));
      assertEquals(expected, record(end, 2).contributors());
      TrainOrder order = federation.worker.trainings.remove();
      assertTrue(order.plan().federation().compression().isNone());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {Failpoints.AGGREGATION_STARTED, Failpoints.CANDIDATE_WRITTEN})
  void run_crashInTheMidst_endsWithTheSameDigest(String place, @TempDir Path other)
      throws Exception {
    String expected;
    Files.copy(folder.resolve("root.csv"), other.resolve("root.csv"));
    try (var federation = new TestFederation(other, "full", ROOT, Failpoints.none())) {
      join(federation);
      expected = federation.awaitEnd(federation.start(2, TRUST).getRun()).getFinalDigest();
    }
    var crash = new CrashOnce(place, 2);
    try (var federation = new TestFederation(folder, "full", ROOT, crash)) {
      join(federation);
      String run = federation.start(2, TRUST).getRun();
      crash.crashed.get(TestFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      federation.restart(Failpoints.none());
      assertEquals(expected, federation.awaitEnd(run).getFinalDigest());
    }
  }

  @Test
  void run_rootUpdateThatIsNotFinite_saysSo() throws Exception {
    try (var federation = new TestFederation(folder, "full", ROOT, Failpoints.none())) {
      federation.worker.trained = Float.NaN;
      join(federation);
      String run = federation.start(1, TRUST).getRun();
      RunView view =
          federation.await(run, one -> one.getReason().contains("root update of " + run + "/1"));
      assertTrue(view.getReason().contains("not finite (expected: finite values)"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not configured|",
        "texts with one label each|, \"root-set\": {\"path\": \"root.csv\", \"text\": \"f0\"}"
      })
  void start_withoutAFittingRootSet_isRefused(String foundAndKeys) throws Exception {
    String found = foundAndKeys.split("\\|", 2)[0];
    String keys = foundAndKeys.split("\\|", 2)[1];
    try (var federation = new TestFederation(folder, "full", keys, Failpoints.none())) {
      var refused = assertThrows(StatusRuntimeException.class, () -> federation.start(1, TRUST));
      assertTrue(
          String.valueOf(refused.getMessage()).contains("root-set: " + found + " (expected: "),
          refused.getMessage());
    }
  }
}
