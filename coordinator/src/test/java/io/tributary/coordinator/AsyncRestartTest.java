package io.tributary.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.driver.Failpoints;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.ListRunsRequest;
import io.tributary.proto.v1.Metric;
import io.tributary.proto.v1.RoundView;
import io.tributary.proto.v1.RunView;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A coordinator that crashes while nodes work at their own pace goes on with the same buffer. Nodes
 * a and b make two versions while c is at work on the first; what c sends then is two versions old
 * and fills the third buffer together with a's.
 */
final class AsyncRestartTest {
  private static final String MODE =
      "\"mode\": {\"name\": \"async\", \"buffer\": 2, \"max-staleness\": 2}, \"attempts\": 50";
  private static final String SEED = "\"seed\": 7, \"deterministic\": false";

  private static String expected = "";

  @TempDir Path folder;

  @BeforeAll
  static void undisturbed(@TempDir Path home) throws Exception {
    try (var federation = new TestFederation(home)) {
      join(federation);
      RunView end = federation.awaitEnd(federation.start(3, MODE, SEED).getRun());
      assertTold(end);
      expected = end.getFinalDigest();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "before.CohortDrawn, 2",
    "after.CohortDrawn, 3",
    "after.UpdateReceipted, 4",
    "before.UpdateReceipted, 5",
    "after.UpdateReceipted, 6",
    "before.UpdateJudged, 5",
    "after.UpdateJudged, 6",
    "before.CollectionClosed, 3",
    "after.CollectionClosed, 2",
    "after.AggregationFinished, 3",
    "before.RoundCommitted, 3",
    "after.RoundCommitted, 3",
    "after.RoundOpened, 3",
    "after.RoundOpened, 4",
  })
  void run_crashAtPlace_sameBufferAndBits(String place, int time) throws Exception {
    String[] words = place.split("\\.", 2);
    String name =
        words[0].equals("before") ? Failpoints.before(words[1]) : Failpoints.after(words[1]);
    var crash = new CrashOnce(name, time);
    try (var federation = new TestFederation(folder, "full", "", crash)) {
      join(federation);
      federation.start(3, MODE, SEED);
      crash.crashed.get(TestFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS);

      federation.restart(Failpoints.none());

      String run =
          federation.operator().listRuns(ListRunsRequest.getDefaultInstance()).getRuns(0).getRun();
      RunView end = federation.awaitEnd(run);
      assertEquals("completed", end.getState(), end.getReason());
      assertEquals(expected, end.getFinalDigest());
      assertTold(end);
    }
  }

  private static void assertTold(RunView end) {
    RoundView last = end.getRounds(3);
    List<String> counted =
        last.getCohortList().stream()
            .filter(work -> work.getState().equals("counted"))
            .map(work -> AssignmentId.parse(work.getAssignment()))
            .map(id -> id.node() + " of " + id.round().round())
            .sorted()
            .toList();
    assertEquals(List.of("a of 3", "c of 1"), counted);
    Map<String, Double> measures =
        last.getMeasuresList().stream()
            .collect(Collectors.toMap(Metric::getName, Metric::getValue));
    assertEquals(1.0, measures.get("staleness-mean"));
    assertEquals(2.0, measures.get("staleness-max"));
    assertTrue(end.getDeterminism().startsWith("not promised"), end.getDeterminism());
  }

  private static void join(TestFederation federation) throws Exception {
    var begun = new CompletableFuture<Boolean>();
    var third = new CompletableFuture<Boolean>();
    federation.node(
        "a",
        0.5f,
        id -> {
          if (id.round().round() == 3) {
            third.complete(true);
          }
          await(begun); // or the first buffer would be full before all are there
          return ScriptedUpdate.Fault.NONE;
        });
    federation.node(
        "b", 0.25f, id -> id.round().round() == 3 ? never() : ScriptedUpdate.Fault.NONE);
    federation.node(
        "c",
        0.125f,
        id -> {
          if (id.round().round() > 1) {
            return never();
          }
          begun.complete(true);
          await(third);
          return ScriptedUpdate.Fault.NONE;
        });
  }

  private static ScriptedUpdate.Fault never() {
    await(new CompletableFuture<>());
    return ScriptedUpdate.Fault.NONE;
  }

  /** Until it is so, or the node's thread is ended. */
  private static void await(CompletableFuture<Boolean> what) {
    try {
      what.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FederationException(ErrorKind.NOT_READY, "the node is ended");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
