package io.tributary.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.StatusRuntimeException;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.federation.AssignmentId;
import io.tributary.proto.v1.ListRunsRequest;
import io.tributary.proto.v1.Receipt;
import io.tributary.proto.v1.RunView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A coordinator that crashes between any two steps goes on and ends with the same bytes. */
class RestartTest {
  private static final String PAIR = "\"cohort\": {\"quorum\": 2, \"nodes\": [\"a\", \"b\"]}";

  /** Kinds of transition that a run without trouble does not have. */
  private static final List<String> TROUBLE =
      List.of(
          "AssignmentDeclined",
          "AssignmentFailed",
          "AttemptExtended",
          "CoordinatorStarted",
          "RunFailed",
          "RunPaused",
          "RunResumed",
          "RunStopped",
          "SiteReported", // of runs that evaluate at sites: the seeded world crashes there
          "SitesAsked",
          "SitesEvaluated",
          "UploadRefused",
          "WorkFailed",
          "WorkRetried");

  private static String expectedDigest = "";

  @TempDir Path folder;

  static Stream<String> places() {
    return Failpoints.names().stream()
        .filter(name -> TROUBLE.stream().noneMatch(kind -> name.endsWith("." + kind)));
  }

  @BeforeAll
  static void undisturbed(@TempDir Path home) throws Exception {
    try (var federation = new TestFederation(home)) {
      join(federation);
      expectedDigest = federation.awaitEnd(federation.start(1, PAIR).getRun()).getFinalDigest();
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void run_crashAtPlace_sameDigestAndReceipts(String place) throws Exception {
    var crash = new CrashOnce(place);
    try (var federation = new TestFederation(folder, "full", "", crash)) {
      join(federation);
      CompletableFuture<RunView> undisturbed = begin(federation);
      CompletableFuture.anyOf(crash.crashed, undisturbed)
          .get(TestFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertTrue(crash.crashed.isDone(), "never reached: " + place);
      Map<AssignmentId, Receipt> before = receipts(federation);

      federation.restart(Failpoints.none());

      finish(federation, before);
    }
  }

  @ParameterizedTest
  @MethodSource("starts")
  void run_crashWhileStartingAgain_sameDigestAndReceipts(String place) throws Exception {
    var first = new CrashOnce(Failpoints.UPDATE_RECEIPTED);
    try (var federation = new TestFederation(folder, "full", "", first)) {
      join(federation);
      CompletableFuture<RunView> unused = begin(federation);
      first.crashed.get(TestFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      Map<AssignmentId, Receipt> before = receipts(federation);
      var second = new CrashOnce(place);

      federation.restart(second);
      second.crashed.get(TestFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      federation.restart(Failpoints.none());

      finish(federation, before);
    }
  }

  static Stream<String> starts() {
    return Stream.of(
        Failpoints.before("CoordinatorStarted"), Failpoints.after("CoordinatorStarted"));
  }

  @Test
  void start_leftoversOfACrash_areCleared() throws Exception {
    try (var federation = new TestFederation(folder)) {
      Path temporary = folder.resolve("state/temporary");
      Files.writeString(temporary.resolve("candidate1.tmp"), "half");

      federation.restart(Failpoints.none());

      try (Stream<Path> left = Files.list(temporary)) {
        assertEquals(List.of(), left.toList());
      }
    }
  }

  private static void join(TestFederation federation) throws Exception {
    federation.node("a", 0.5f);
    federation.node("b", 0.25f);
  }

  /** Starts a run and waits for its end elsewhere; both may fail when the coordinator crashes. */
  private static CompletableFuture<RunView> begin(TestFederation federation) throws Exception {
    try {
      String run = federation.start(1, PAIR).getRun();
      return CompletableFuture.supplyAsync(() -> federation.awaitEnd(run))
          .exceptionallyCompose(failure -> new CompletableFuture<>());
    } catch (StatusRuntimeException e) {
      return new CompletableFuture<>();
    }
  }

  private static void finish(TestFederation federation, Map<AssignmentId, Receipt> before)
      throws Exception {
    List<RunView> runs =
        federation.operator().listRuns(ListRunsRequest.getDefaultInstance()).getRunsList();
    String run = runs.isEmpty() ? federation.start(1, PAIR).getRun() : runs.get(0).getRun();

    RunView end = federation.awaitEnd(run);

    assertEquals("completed", end.getState(), end.getReason());
    assertEquals(expectedDigest, end.getFinalDigest());
    assertEquals("stands", end.getDeterminism());
    assertEquals(2, end.getRounds(1).getUpdates());
    assertEquals(0, end.getRounds(1).getRefused());
    for (ScriptedNode node : federation.nodes) {
      for (AssignmentId id : node.finished.keySet()) {
        Receipt again = node.submit(federation.channel("node", node.name), id);
        assertEquals(before.getOrDefault(id, again), again);
      }
    }
  }

  private static Map<AssignmentId, Receipt> receipts(TestFederation federation) {
    Map<AssignmentId, Receipt> receipts = new TreeMap<>();
    federation.nodes.forEach(node -> receipts.putAll(node.receipts));
    return receipts;
  }
}
