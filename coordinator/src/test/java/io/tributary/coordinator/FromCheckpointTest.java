package io.tributary.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.StatusRuntimeException;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.ExportReply;
import io.tributary.proto.v1.ExportRequest;
import io.tributary.proto.v1.ListRunsRequest;
import io.tributary.proto.v1.RunView;
import io.tributary.proto.v1.StartRunRequest;
import io.tributary.transport.ErrorStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A run goes on from a checkpoint of another, or is refused before anything changes. */
class FromCheckpointTest {
  private static final String PAIR = "\"cohort\": {\"quorum\": 2, \"nodes\": [\"a\", \"b\"]}";

  @TempDir Path folder;
  private TestFederation federation;
  private RunView first;

  @BeforeEach
  void oneRunOfTwoRounds() throws Exception {
    federation = new TestFederation(folder);
    federation.node("a", 0.5f);
    federation.node("b", 0.25f);
    first = federation.awaitEnd(federation.start(2, PAIR).getRun());
    assertEquals("completed", first.getState(), first.getReason());
    federation.settle(first.getRun());
    awaitEmptySpool();
  }

  /** Another thread clears it behind the end; the tests look at the folder. */
  private void awaitEmptySpool() throws IOException {
    Path spool = folder.resolve("state/spool").resolve(first.getRun());
    long end = System.nanoTime() + TestFederation.PATIENCE.toNanos();
    while (entries(spool) > 0) {
      assertTrue(System.nanoTime() < end, "not cleared");
      Thread.onSpinWait();
    }
  }

  private static long entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.count();
    }
  }

  @AfterEach
  void close() {
    federation.close();
  }

  private RunView start(String plan, String from) throws IOException {
    return federation
        .operator()
        .startRun(
            StartRunRequest.newBuilder()
                .setPlan(plan)
                .setBaseManifest(federation.manifest().toJson().canonical())
                .setFrom(from)
                .build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"RUN", "RUN:best", "RUN:last", "RUN:2", "DIGEST"})
  void start_fromAKeptCheckpoint_roundZeroIsThatCheckpoint(String form) throws Exception {
    String digest = first.getRounds(2).getCheckpoint();
    String from = form.replace("RUN", first.getRun()).replace("DIGEST", digest);
    int round = from.equals(first.getRun()) || from.endsWith("best") ? first.getBestRound() : 2;

    RunView run = federation.awaitEnd(start(federation.plan(1, PAIR), from).getRun());

    assertEquals("completed", run.getState(), run.getReason());
    assertEquals(first.getRun() + "/" + round, run.getFrom());
    assertEquals(first.getRounds(round).getCheckpoint(), run.getRounds(0).getCheckpoint());
    assertEquals(first.getRounds(round).getTrained(), run.getRounds(0).getTrained());
    assertEquals(first.getRounds(round).getEvaluation(), run.getRounds(0).getEvaluation());
    assertNotEquals(run.getRounds(0).getTrained(), run.getRounds(1).getTrained());
    assertEquals("", first.getFrom());
  }

  @Test
  void start_fromACheckpoint_isStillKnownAndExportableAfterARestart() throws Exception {
    String run = start(federation.plan(1, PAIR), first.getRun() + ":last").getRun();
    RunView end = federation.awaitEnd(run);
    federation.restart(Failpoints.none());

    ExportReply export =
        federation
            .operator()
            .export(ExportRequest.newBuilder().setRun(run).setWhich("best").build());

    assertEquals(end.getBestRound(), export.getRound());
    assertEquals(first.getRun() + "/2", federation.show(run).getFrom());
    assertEquals(end, federation.show(run).toBuilder().setChange(end.getChange()).build());
  }

  /** The old run keeps nothing but its best; what the new one stands on stays while it needs it. */
  @Test
  void retention_whileTheNewRunNeedsIt_sparesTheCheckpoint() throws Exception {
    federation.nodes.forEach(node -> node.idle = true);
    String run = start(federation.plan(2, PAIR), first.getRun() + ":last").getRun();
    federation.await(run, view -> view.getState().equals("collecting"));
    Path trained = artifact(first.getRounds(2).getTrained());
    assertTrue(Files.exists(trained));

    federation.restart(Failpoints.none());

    assertTrue(Files.exists(trained), "retention at the start of a coordinator");
    federation.nodes.forEach(node -> node.idle = false);
    federation.restart(Failpoints.none());
    RunView end = federation.awaitEnd(run);
    assertEquals("completed", end.getState(), end.getReason());
  }

  private Path artifact(String digest) {
    String hex = digest.substring("sha256:".length());
    return folder.resolve("state/artifacts/sha256").resolve(hex.substring(0, 2)).resolve(hex);
  }

  @ParameterizedTest
  @CsvSource({
    "nobody, NOT_FOUND, run nobody is unknown",
    "nobody:best, NOT_FOUND, run nobody is unknown",
    "RUN:3, NOT_FOUND, 'best, last or a round from 0 to 2'",
    "RUN:worst, NOT_FOUND, 'best, last or a round'",
    "RUN:, NOT_FOUND, 'best, last or a round'",
    "sha256:"
        + "77777777777777777777777777777777"
        + "77777777777777777777777777777777"
        + ", NOT_FOUND, is unknown",
    "sha256:nonsense, INVALID_ARGUMENT, hexadecimal",
    "'Not a name', INVALID_ARGUMENT, run",
  })
  void start_fromWhatIsNot_refused(String from, ErrorKind kind, String word) throws Exception {
    refused(federation.plan(1, PAIR), from.replace("RUN", first.getRun()), kind, word);
  }

  @Test
  void start_fromWhatIsNotKept_refused() throws Exception {
    int gone = first.getBestRound() == 1 ? 0 : 1;
    refused(
        federation.plan(1, PAIR),
        first.getRun() + ":" + gone,
        ErrorKind.NOT_FOUND,
        "checkpoint of " + first.getRun() + "/" + gone + ": not kept");
  }

  @Test
  void start_fromARunWithoutRounds_refused() throws Exception {
    federation.worker.hang();
    String fresh = federation.start(1, PAIR, "\"seed\": 8").getRun();
    refused(federation.plan(1, PAIR), fresh, ErrorKind.NOT_READY, "no round is committed yet");
    federation.worker.release();
  }

  @ParameterizedTest
  @CsvSource({
    "'\"labels\": [\"a\", \"b\"]', '\"labels\": [\"b\", \"a\"]', the same in another order",
    "'\"labels\": [\"a\", \"b\"]', '\"labels\": [\"a\", \"b\", \"c\"]', model.labels",
    "'\"seed\": 7', '\"seed\": 7, \"train\": {\"what\": \"head\"}', train.what",
  })
  void start_whatDoesNotFitThePlan_refused(String old, String other, String word) throws Exception {
    String plan = federation.plan(1, PAIR, text -> text.replace(old, other));
    refused(plan, first.getRun(), ErrorKind.REFUSED, word);
  }

  @Test
  void start_otherBase_refused() throws Exception {
    federation.otherModel();
    federation.putModel();
    refused(federation.plan(1, PAIR), first.getRun(), ErrorKind.REFUSED, "model.base");
  }

  @Test
  void start_otherTask_refused() throws Exception {
    String plan =
        federation.plan(
            1, PAIR, text -> text.replace("tabular-classification", "text-classification"));
    refused(plan, first.getRun(), ErrorKind.REFUSED, "model.task");
  }

  private void refused(String plan, String from, ErrorKind kind, String word) throws Exception {
    int runs = federation.operator().listRuns(ListRunsRequest.getDefaultInstance()).getRunsCount();
    SortedMap<String, Long> before = files();

    var status = assertThrows(StatusRuntimeException.class, () -> start(plan, from));

    FederationException refusal = ErrorStatus.fromStatus(status);
    assertEquals(kind, refusal.kind(), refusal.sentence());
    assertTrue(refusal.sentence().contains(word), refusal.sentence());
    assertFalse(refusal.sentence().contains("\n"));
    assertEquals(before, files());
    assertEquals(
        runs, federation.operator().listRuns(ListRunsRequest.getDefaultInstance()).getRunsCount());
  }

  private SortedMap<String, Long> files() throws IOException {
    SortedMap<String, Long> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder.resolve("state"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = folder.resolve("state").relativize(file).toString();
        if (!name.startsWith("state.db")) {
          found.put(file.toString(), Files.size(file));
        }
      }
    }
    return found;
  }
}
