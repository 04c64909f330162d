package io.tributary.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.StatusRuntimeException;
import io.tributary.coordinator.ScriptedUpdate.Fault;
import io.tributary.federation.ErrorKind;
import io.tributary.proto.v1.Assignment;
import io.tributary.proto.v1.DatasetCard;
import io.tributary.proto.v1.ExportRequest;
import io.tributary.proto.v1.Hello;
import io.tributary.proto.v1.ListNodesRequest;
import io.tributary.proto.v1.NodeMessage;
import io.tributary.proto.v1.NodeView;
import io.tributary.proto.v1.ParticipationGrpc;
import io.tributary.proto.v1.Progress;
import io.tributary.proto.v1.RunRequest;
import io.tributary.proto.v1.RunView;
import io.tributary.transport.ErrorStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stop, pause and resume in each phase, what stays on disk, and how soon a reason is seen. The
 * coordinator's time stands still, so that nothing that is seen here waited for a timer, however
 * slow the machine is.
 */
class LifecycleTest {
  private static final String ONE = "\"cohort\": {\"quorum\": 1, \"nodes\": [\"a\"]}";

  /** After the second failure in a row; the first is followed by the next try at once. */
  private static final Duration SECOND_WAIT = Duration.ofSeconds(1);

  @TempDir Path folder;
  private TestFederation federation;
  private BadPeer a;

  @BeforeEach
  void open() throws Exception {
    federation = new TestFederation(folder);
    federation.ticks.freeze();
    a = new BadPeer(federation);
  }

  @AfterEach
  void close() {
    federation.worker.release();
    federation.close();
  }

  private static RunRequest request(String run) {
    return RunRequest.newBuilder().setRun(run).build();
  }

  private void submit(Assignment work) throws Exception {
    ScriptedUpdate update = a.update(work, Fault.NONE);
    a.open().header(update.header()).bytes(BadPeer.bytes(update)).end().receipt();
  }

  /** A run whose round 1 stands in the phase. */
  private String in(String phase) throws Exception {
    String run = federation.start(1, ONE).getRun();
    Assignment work = a.assigned();
    if (!phase.equals("collecting")) {
      federation.worker.hang();
      submit(work);
      federation.await(run, view -> view.getState().equals(phase) && view.getRound() == 1);
    }
    return run;
  }

  @Test
  void stop_collecting_bestStaysAndTheSpoolIsCleared() throws Exception {
    String run = in("collecting");
    ScriptedUpdate half = a.update(federationAssignment(run), Fault.NONE);
    a.open().header(half.header()).bytes(java.util.Arrays.copyOf(BadPeer.bytes(half), 64)).cut();
    stopped(run);
  }

  @Test
  void stop_evaluating_bestStaysAndTheSpoolIsCleared() throws Exception {
    String run = in("evaluating");
    assertTrue(spooled() > 0);
    stopped(run);
  }

  private Assignment federationAssignment(String run) {
    RunView view = federation.show(run);
    return Assignment.newBuilder()
        .setId(view.getCohort(0).getAssignment())
        .setCheckpoint(view.getRounds(0).getCheckpoint())
        .setTrained(
            io.tributary.proto.v1.FileReference.newBuilder()
                .setDigest(view.getRounds(0).getTrained())
                .setSize(size(view.getRounds(0).getTrained())))
        .build();
  }

  private long size(String digest) {
    try {
      return Files.size(artifact(digest));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Path artifact(String digest) {
    String hex = digest.substring("sha256:".length());
    return folder.resolve("state/artifacts/sha256").resolve(hex.substring(0, 2)).resolve(hex);
  }

  private void stopped(String run) throws Exception {
    RunView view = federation.operator().stopRun(request(run));
    federation.worker.release();
    assertEquals("stopped", view.getState());
    assertEquals(1, view.getCohortCount(), "the round in which it ended is shown");
    exported(run);
    soon(() -> spooled() == 0);
    assertEquals("stopped", federation.show(run).getState());
    refused(() -> federation.operator().resumeRun(request(run)), "expected: a paused run");
    refused(() -> federation.operator().pauseRun(request(run)), "expected: an active run");
  }

  private void exported(String run) {
    var best = ExportRequest.newBuilder().setRun(run).setWhich("best").build();
    String digest = federation.operator().export(best).getTrained().getDigest();
    assertTrue(Files.exists(artifact(digest)));
  }

  @Test
  void pauseThenResume_evaluating_goesOnToTheSameEnd() throws Exception {
    String run = in("evaluating");
    assertEquals("paused", federation.operator().pauseRun(request(run)).getState());
    federation.worker.release();
    exported(run);
    assertNotEquals("paused", federation.operator().resumeRun(request(run)).getState());
    RunView end = federation.awaitEnd(run);
    assertEquals("completed", end.getState(), end.getReason());
    soon(() -> spooled() == 0);
  }

  @Test
  void resume_runThatGoesOn_isDoneAlready() throws Exception {
    String run = in("collecting");
    assertEquals("collecting", federation.operator().resumeRun(request(run)).getState());
  }

  private static void refused(Runnable call, String word) {
    var status = assertThrows(StatusRuntimeException.class, call::run);
    String sentence = ErrorStatus.fromStatus(status).sentence();
    assertTrue(sentence.contains(word), sentence);
    assertFalse(sentence.contains("\n"));
  }

  @Test
  void reason_workerCrashes_seenWithTheNextTryAndTheRunGoesOn() throws Exception {
    federation.worker.fail(ErrorKind.WORKER_CRASHED, "the worker was killed");
    federation.worker.fail(ErrorKind.WORKER_CRASHED, "the worker was killed");
    String run = federation.start(1, ONE).getRun();
    seen(run, "evaluating failed, 2 of 8 tries: the worker was killed Next try at 20");
    federation.pass(SECOND_WAIT, run);
    submit(a.assigned());
    assertEquals("completed", federation.awaitEnd(run).getState());
  }

  @Test
  void reason_noRoom_seenAndWaitedOut() throws Exception {
    federation.worker.fail(ErrorKind.FULL, "disk: no space left");
    federation.worker.fail(ErrorKind.FULL, "disk: no space left");
    String run = federation.start(1, ONE).getRun();
    seen(run, "for want of room and waits for it: disk: no space left");
    soon(() -> waitedOut(run, "disk: no space left"));
    submit(a.assigned());
    assertEquals("completed", federation.awaitEnd(run).getState());
  }

  /** The second failure may come while its wait is over already; so one wait more for each look. */
  private boolean waitedOut(String run, String word) {
    boolean waits = federation.show(run).getReason().contains(word);
    if (waits) {
      federation.pass(SECOND_WAIT, run);
    }
    return !waits;
  }

  @Test
  void reason_heldOutFileGone_pausesAndNamesIt() throws Exception {
    String run = in("collecting");
    Path file = folder.resolve("held-out.csv");
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    submit(federationAssignment(run));
    seen(run, file.toString());
    assertEquals("paused", federation.show(run).getState());
    Files.write(file, bytes);
    federation.operator().resumeRun(request(run));
    assertEquals("completed", federation.awaitEnd(run).getState());
  }

  @Test
  void reason_checkpointFileMissing_pausesAndNamesIt() throws Exception {
    String run = in("collecting");
    Assignment work = federationAssignment(run);
    ScriptedUpdate update = a.update(work, Fault.NONE);
    Path file = artifact(work.getTrained().getDigest());
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    a.open().header(update.header()).bytes(BadPeer.bytes(update)).end().receipt();
    seen(run, work.getTrained().getDigest());
    assertEquals("paused", federation.show(run).getState());
    Files.write(file, bytes);
    federation.operator().resumeRun(request(run));
    assertEquals("completed", federation.awaitEnd(run).getState());
  }

  @Test
  void reason_checkpointFileAltered_pausesAndNamesIt() throws Exception {
    String run = in("collecting");
    Assignment work = federationAssignment(run);
    ScriptedUpdate update = a.update(work, Fault.NONE);
    Path file = artifact(work.getTrained().getDigest());
    byte[] bytes = Files.readAllBytes(file);
    byte[] other = bytes.clone();
    other[other.length - 2] ^= 1;
    Files.write(file, other);
    a.open().header(update.header()).bytes(BadPeer.bytes(update)).end().receipt();
    seen(run, file.toString());
    assertEquals("paused", federation.show(run).getState());
    Files.write(file, bytes);
    federation.operator().resumeRun(request(run));
    assertEquals("completed", federation.awaitEnd(run).getState());
  }

  @Test
  void reason_allNodesFail_seenInTheRunAndInTheCohort() throws Exception {
    String run = in("collecting");
    a.fail(federationAssignment(run), "OUT_OF_MEMORY", false, "the worker ran out of memory");
    seen(run, "waits for nodes: 0 can take part");
    assertEquals("the worker ran out of memory", federation.show(run).getCohort(0).getReason());
  }

  @Test
  void reason_tooFewNodes_seen() throws Exception {
    String pair = "\"cohort\": {\"quorum\": 2, \"nodes\": [\"a\", \"b\"]}";
    String run = federation.start(1, pair).getRun();
    seen(run, "not connected: b");
  }

  private void seen(String run, String word) {
    soon(() -> federation.show(run).getReason().contains(word));
  }

  private static void soon(BooleanSupplier wanted) {
    long end = System.nanoTime() + TestFederation.PATIENCE.toNanos();
    while (!wanted.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "not within " + TestFederation.PATIENCE);
      Thread.onSpinWait();
    }
  }

  private long spooled() {
    try (Stream<Path> files = Files.walk(folder.resolve("state/spool"))) {
      return files.filter(Files::isRegularFile).count();
    } catch (IOException | java.io.UncheckedIOException e) {
      return -1; // cleared while it was walked
    }
  }

  @Test
  void hello_absurdCount_refusedInOneLineAndTheNodeStaysUnknown() throws Exception {
    var liar = new ScriptedNode("liar", folder, 0, id -> Fault.NONE);
    ParticipationGrpc.newStub(federation.channel("node", "liar"))
        .join(liar.replies())
        .onNext(hello(1_000_000_000_000L, "cpu"));
    String end = liar.ends.poll(TestFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertTrue(String.valueOf(end).contains("limits.examples"), end);
    assertTrue(nodes().stream().noneMatch(node -> node.getName().equals("liar")));
    liar.close();
  }

  @Test
  void hello_fewerThanNoExamples_refusedAtTheDoor() throws Exception {
    for (long count : new long[] {-1, Long.MIN_VALUE}) {
      var liar = new ScriptedNode("liar", folder, 0, id -> Fault.NONE);
      ParticipationGrpc.newStub(federation.channel("node", "liar"))
          .join(liar.replies())
          .onNext(hello(count, "cpu"));
      String end = liar.ends.poll(TestFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertTrue(
          String.valueOf(end).contains(count + " training examples (expected: 0 or more)"), end);
      liar.close();
    }
    assertTrue(nodes().stream().noneMatch(node -> node.getName().equals("liar")));
  }

  @Test
  void hello_noExamples_isNeverDrawn() throws Exception {
    var node = new ScriptedNode("n0", folder, 0, id -> Fault.NONE);
    ParticipationGrpc.newStub(federation.channel("node", "n0"))
        .join(node.replies())
        .onNext(hello(0, "cpu\u001b[2J" + "x".repeat(10_000)));
    node.close();
    soon(() -> nodes().size() == 2);
    for (NodeView view : nodes()) {
      assertTrue(view.getDevice().length() <= 501, view.getDevice());
      assertFalse(view.getDevice().contains("\u001b"));
    }
    String run = federation.start(1, "\"cohort\": {\"quorum\": 2}").getRun();
    seen(run, "1 can take part (expected: 2); data do not fit the plan: n0");
  }

  @Test
  void progress_absurdNumbers_doNoHarm() throws Exception {
    String run = in("collecting");
    Assignment work = federationAssignment(run);
    a.accept(work);
    a.say(
        NodeMessage.newBuilder()
            .setProgress(
                Progress.newBuilder()
                    .setAssignment(work.getId())
                    .setStage(Progress.Stage.STAGE_TRAINING)
                    .setDone(Long.MIN_VALUE)
                    .setTotal(-1)
                    .setPerSecond(Double.NaN)
                    .setLoss(Double.NEGATIVE_INFINITY)));
    soon(() -> federation.show(run).getCohort(0).getState().equals("training"));
    assertEquals(0, federation.show(run).getCohort(0).getDone());
    submit(work);
    assertEquals("completed", federation.awaitEnd(run).getState());
  }

  private List<NodeView> nodes() {
    return federation.operator().listNodes(ListNodesRequest.getDefaultInstance()).getNodesList();
  }

  private static NodeMessage hello(long examples, String device) {
    return NodeMessage.newBuilder()
        .setHello(
            Hello.newBuilder()
                .setVersion("test")
                .addProtocols("v1")
                .setDevice(device)
                .setCard(DatasetCard.newBuilder().setTrainExamples(examples)))
        .build();
  }
}
