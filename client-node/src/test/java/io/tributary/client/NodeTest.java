package io.tributary.client;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.client.session.Phase;
import io.tributary.client.session.Stage;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.Cancel;
import io.tributary.proto.v1.CoordinatorMessage;
import io.tributary.proto.v1.Drain;
import io.tributary.proto.v1.FileReference;
import io.tributary.proto.v1.Hello;
import io.tributary.proto.v1.NodeMessage;
import io.tributary.proto.v1.Progress;
import io.tributary.proto.v1.Retry;
import io.tributary.proto.v1.Superseded;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NodeTest extends NodeTestCase {
  @Test
  void join_freshNode_saysWhatItHas() throws InterruptedException {
    node = fixture.start();
    Hello hello = coordinator.await(NodeMessage::hasHello).getHello();
    assertEquals(List.of("a", "b"), hello.getCard().getLabelsList());
    assertEquals(4, hello.getCard().getTrainExamples());
    assertEquals(List.of(2L, 2L), hello.getCard().getPerLabelList());
    assertEquals(List.of("v1"), hello.getProtocolsList());
    assertEquals("auto", hello.getDevice(), "the worker does not run yet");
    assertTrue(hello.getMemoryBytes() > 0);
    NodeStatus status = fixture.awaitJoined();
    assertEquals("test", status.federation());
    assertEquals(7, status.epoch());
  }

  @Test
  void assignment_ofJoinedNode_isTrainedSubmittedAndFinished() throws Exception {
    joined();
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    assertEquals(
        fixture.id(1, 1),
        coordinator.await(NodeMessage::hasAccepted).getAccepted().getAssignment());
    NodeMessage finished = coordinator.await(NodeMessage::hasFinished);
    assertEquals("loss", finished.getFinished().getMetrics(0).getName());
    assertArrayEquals(FakeWorker.DELTA, coordinator.updates.get(fixture.id(1, 1)));
    var header = requireNonNull(coordinator.headers.get(fixture.id(1, 1)));
    assertEquals(4, header.getExamples());
    assertEquals(NodeFixture.CHECKPOINT.toString(), header.getCheckpoint());
    Path base = fixture.worker.bases.get(0);
    assertArrayEquals(NodeFixture.BASE, Files.readAllBytes(base.resolve("model.safetensors")));
    List<String> log = Files.readAllLines(folder.resolve("state/sent.log"));
    assertEquals(3, log.size(), "card, update, receipt");
    assertTrue(log.get(1).contains("\"metrics\":{\"loss\":0.4}"), log.get(1));
  }

  @Test
  void secondRound_fetchesTheBaseOnlyOnce() throws Exception {
    joined();
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    coordinator.await(NodeMessage::hasFinished);
    int fetched = coordinator.fetches.get();
    coordinator.send(fixture.offer(fixture.id(2, 1)));
    coordinator.await(NodeMessage::hasFinished);
    assertEquals(3, fetched);
    assertEquals(fetched, coordinator.fetches.get());
    assertEquals(2, fixture.worker.trained.size());
  }

  @Test
  void nextCheckpoint_sameBase_isAllThatIsFetched() throws Exception {
    joined();
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    coordinator.await(NodeMessage::hasFinished);
    int fetched = coordinator.fetches.get();
    byte[] changed = "the next checkpoint".getBytes(StandardCharsets.UTF_8);
    coordinator.add(changed);
    CoordinatorMessage.Builder next = fixture.offer(fixture.id(2, 1));
    next.getAssignmentBuilder()
        .setTrained(
            FileReference.newBuilder()
                .setDigest(Digest.of(changed).toString())
                .setSize(changed.length));
    coordinator.send(next);
    coordinator.await(NodeMessage::hasFinished);
    assertEquals(fetched + 1, coordinator.fetches.get());
  }

  @Test
  void connectionCutWhileTraining_assignmentGoesOnAndIsNotTrainedTwice() throws Exception {
    joined();
    fixture.worker.holdTraining();
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    fixture.worker.started.await();
    coordinator.cut();
    Hello again = coordinator.await(NodeMessage::hasHello).getHello();
    assertEquals(List.of(fixture.id(1, 1)), again.getOpenAssignmentsList());
    fixture.awaitJoined();
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    coordinator.await(NodeMessage::hasAccepted);
    fixture.worker.release();
    coordinator.await(NodeMessage::hasFinished);
    assertEquals(1, fixture.worker.trained.size());
    assertEquals(1, coordinator.receipts.get());
  }

  @Test
  void finishedWhileDisconnected_isSubmittedAfterRejoin() throws Exception {
    joined();
    fixture.worker.holdTraining();
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    fixture.worker.started.await();
    for (int i = 0; i < 3; i++) {
      coordinator.joinRefusals.add(new FederationException(ErrorKind.NOT_READY, "starting"));
    }
    coordinator.cut();
    fixture.await(status -> status.phase() == Phase.DISCONNECTED);
    fixture.worker.release();
    coordinator.await(NodeMessage::hasHello);
    coordinator.await(NodeMessage::hasFinished);
    assertEquals(1, fixture.worker.trained.size());
    assertEquals(1, coordinator.receipts.get());
  }

  @Test
  void fetchCut_goesOnFromTheStoredByte() throws Exception {
    joined();
    coordinator.fetchCuts.add(1_000_000);
    coordinator.fetchCuts.add(256);
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    coordinator.await(NodeMessage::hasFinished);
    assertTrue(coordinator.fetchOffsets.contains(256L), coordinator.fetchOffsets.toString());
  }

  @Test
  void submissionCut_goesOnFromTheStoredByte() throws Exception {
    joined();
    coordinator.submitCuts.add(300);
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    coordinator.await(NodeMessage::hasFinished);
    assertArrayEquals(FakeWorker.DELTA, coordinator.updates.get(fixture.id(1, 1)));
    assertEquals(1, fixture.worker.trained.size());
  }

  @Test
  void submissionRefusedAsFull_isTriedAgain() throws Exception {
    joined();
    coordinator.submitRefusals.add(new FederationException(ErrorKind.FULL, "the spool is full"));
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    coordinator.await(NodeMessage::hasFinished);
    assertEquals(1, coordinator.receipts.get());
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorKind.class,
      names = {"CORRUPT", "INTERNAL", "NOT_READY"})
  void submissionThatTheCoordinatorCouldNotTake_isSentAgain(ErrorKind kind) throws Exception {
    joined();
    coordinator.submitRefusals.add(new FederationException(kind, "not taken"));
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    NodeMessage answer = coordinator.await(m -> m.hasFinished() || m.hasFailed());
    assertTrue(answer.hasFinished(), answer.toString());
    assertEquals(1, fixture.worker.trained.size());
    assertEquals(1, coordinator.receipts.get());
  }

  @Test
  void stepsPerRound_ofTheFirstRound_countForTheWholeRunAcrossRestarts() throws Exception {
    Node first = joined();
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    coordinator.await(NodeMessage::hasFinished);
    coordinator.send(fixture.offer(fixture.id(2, 1)));
    coordinator.await(NodeMessage::hasFinished);
    assertEquals(List.of(0L, 2L), fixture.worker.stepsPerRound);
    first.close();
    fixture.worker = new FakeWorker();
    joined();
    coordinator.send(fixture.offer(fixture.id(3, 1)));
    coordinator.await(NodeMessage::hasFinished);
    coordinator.send(fixture.offer("other-1/1/1/site-a"));
    coordinator.await(NodeMessage::hasFinished);
    assertEquals(List.of(2L, 0L), fixture.worker.stepsPerRound);
  }

  /** A round that is done again goes on from the state before it, also after a restart. */
  @Test
  void optimizerState_ofTheLastUpdateThatCounted_isBroughtAndNoOther() throws Exception {
    Node first = joined();
    train(1, 1, "");
    train(2, 1, fixture.id(1, 1));
    first.close();
    List<String> before = List.copyOf(fixture.worker.statesBrought);
    fixture.worker = new FakeWorker();
    joined();
    train(2, 2, fixture.id(1, 1));
    train(3, 1, fixture.id(2, 2));
    train(4, 1, fixture.id(2, 1));
    assertEquals(List.of("", fixture.id(1, 1)), before);
    assertEquals(List.of(fixture.id(1, 1), fixture.id(2, 2), ""), fixture.worker.statesBrought);
  }

  private void train(int round, int attempt, String lastCounted) throws Exception {
    var plan = fixture.plan(", \"train\": {\"optimizer-state\": \"keep\"}");
    var offer = fixture.offer(fixture.id(round, attempt), plan);
    offer.getAssignmentBuilder().setLastCounted(lastCounted);
    coordinator.send(offer);
    coordinator.await(NodeMessage::hasFinished);
  }

  @Test
  void declinesAndFailures_areInTheLogOfWhatLeft() throws Exception {
    joined();
    fixture.worker.failures.add(
        new FederationException(ErrorKind.WORKER_CRASHED, "worker: signal 11"));
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    coordinator.await(NodeMessage::hasFailed);
    var offer = fixture.offer(fixture.id(2, 1));
    offer.getAssignmentBuilder().setPlan("{}");
    coordinator.send(offer);
    coordinator.await(NodeMessage::hasDeclined);
    List<String> log = Files.readAllLines(folder.resolve("state/sent.log"));
    assertEquals(3, log.size(), "card, failure, decline");
    for (String told :
        List.of("\"what\":\"failed\"", "WORKER_CRASHED", "worker: signal 11", fixture.id(1, 1))) {
      assertTrue(log.get(1).contains(told), log.get(1));
    }
    for (String told :
        List.of("\"what\":\"declined\"", "UNSUPPORTED", "\"sentence\":\"plan:", fixture.id(2, 1))) {
      assertTrue(log.get(2).contains(told), log.get(2));
    }
  }

  @Test
  void submissionToClosedRound_isDroppedQuietly() throws Exception {
    joined();
    coordinator.submitRefusals.add(new FederationException(ErrorKind.STALE, "round closed"));
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    coordinator.await(NodeMessage::hasAccepted);
    fixture.await(status -> status.work().stream().anyMatch(w -> w.stage() == Stage.SUBMITTING));
    fixture.await(status -> status.work().isEmpty());
    coordinator.send(fixture.offer(fixture.id(2, 1)));
    coordinator.await(NodeMessage::hasFinished);
    assertFalse(Files.exists(folder.resolve("state/updates/demo-1/1-1")));
  }

  @Test
  void superseded_endsForGoodWithASentence() throws Exception {
    Node running = joined();
    coordinator.send(
        CoordinatorMessage.newBuilder().setSuperseded(Superseded.getDefaultInstance()));
    NodeEnd end = running.awaitEnd();
    assertEquals(Phase.SUPERSEDED, end.phase());
    assertEquals(ErrorKind.IN_USE, end.failure().orElseThrow());
    assertTrue(end.sentence().contains("another process joined"), end.sentence());
    assertTrue(coordinator.received.stream().noneMatch(NodeMessage::hasHello));
  }

  @Test
  void notAdmitted_endsForGoodWithTheCoordinatorsSentence() throws Exception {
    coordinator.joinRefusals.add(
        new FederationException(ErrorKind.NOT_ADMITTED, "certificate: revoked"));
    Node running = fixture.start();
    node = running;
    NodeEnd end = running.awaitEnd();
    assertEquals(Phase.REFUSED, end.phase());
    assertEquals("certificate: revoked", end.sentence());
  }

  @Test
  void retryWindow_isWaitedFor() throws Exception {
    joined();
    coordinator.send(
        CoordinatorMessage.newBuilder()
            .setRetry(
                Retry.newBuilder()
                    .setMin(com.google.protobuf.Duration.newBuilder().setNanos(30_000_000))
                    .setMax(com.google.protobuf.Duration.newBuilder().setNanos(60_000_000))
                    .setReason("too many nodes")));
    NodeStatus away = fixture.await(status -> status.phase() == Phase.DISCONNECTED);
    assertEquals("too many nodes", away.reason());
    coordinator.await(NodeMessage::hasHello);
    fixture.awaitJoined();
  }

  @Test
  void drain_finishesWhatIsOpenThenRejoins() throws Exception {
    joined();
    fixture.worker.holdTraining();
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    fixture.worker.started.await();
    coordinator.send(CoordinatorMessage.newBuilder().setDrain(Drain.getDefaultInstance()));
    fixture.await(status -> status.phase() == Phase.DRAINING);
    fixture.worker.release();
    coordinator.await(NodeMessage::hasFinished);
    coordinator.cut();
    coordinator.await(NodeMessage::hasHello);
    fixture.awaitJoined();
  }

  @Test
  void workerCrash_failsOneAssignmentAndTheNodeStays() throws Exception {
    joined();
    fixture.worker.failures.add(
        new FederationException(ErrorKind.WORKER_CRASHED, "worker: signal 11"));
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    var failed = coordinator.await(NodeMessage::hasFailed).getFailed();
    assertEquals("WORKER_CRASHED", failed.getKind());
    assertTrue(failed.getRetryable());
    assertEquals("worker: signal 11", failed.getSentence());
    coordinator.send(fixture.offer(fixture.id(1, 2)));
    coordinator.await(NodeMessage::hasFinished);
  }

  @Test
  void cancel_killsTheTrainingAndTheNextOneRuns() throws Exception {
    joined();
    fixture.worker.holdTraining();
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    fixture.worker.started.await();
    coordinator.send(
        CoordinatorMessage.newBuilder()
            .setCancel(Cancel.newBuilder().setAssignment(fixture.id(1, 1)).setReason("stopped")));
    fixture.await(status -> status.work().isEmpty() && status.phase() == Phase.JOINED);
    coordinator.send(fixture.offer(fixture.id(2, 1)));
    assertEquals(
        fixture.id(2, 1),
        coordinator.await(NodeMessage::hasFinished).getFinished().getAssignment());
    assertTrue(fixture.worker.cancels.get() > 0);
    assertEquals(1, coordinator.receipts.get());
  }

  @Test
  void sharedThreads_serveANodeAndOutliveIt() throws Exception {
    ScheduledExecutorService timers = Executors.newScheduledThreadPool(1);
    ExecutorService workers = Executors.newFixedThreadPool(2);
    try {
      Node shared = Node.start(fixture.config(), fixture.parts().threads(timers, workers));
      node = shared;
      coordinator.await(NodeMessage::hasHello);
      coordinator.send(fixture.offer(fixture.id(1, 1)));
      coordinator.await(NodeMessage::hasFinished);
      shared.close();
      assertFalse(workers.isShutdown());
      assertFalse(timers.isShutdown());
    } finally {
      timers.shutdownNow();
      workers.shutdownNow();
    }
  }

  @Test
  void restartWithFinishedUpdate_submitsItWithoutTraining() throws Exception {
    Node first = joined();
    for (int i = 0; i < 1_000; i++) {
      coordinator.submitRefusals.add(new FederationException(ErrorKind.FULL, "the spool is full"));
    }
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    fixture.await(status -> status.work().stream().anyMatch(w -> w.stage() == Stage.HELD));
    first.close();
    coordinator.submitRefusals.clear();
    fixture.worker = new FakeWorker();
    fixture.seen.clear();
    coordinator.received.clear();
    node = fixture.start();
    Hello hello = coordinator.await(NodeMessage::hasHello).getHello();
    assertEquals(List.of(fixture.id(1, 1)), hello.getOpenAssignmentsList());
    fixture.awaitJoined();
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    coordinator.await(NodeMessage::hasFinished);
    assertTrue(fixture.worker.trained.isEmpty());
    assertEquals(1, coordinator.receipts.get());
  }

  @Test
  void progress_isSentAtMostFourTimesASecondForEachStage() throws Exception {
    joined();
    fixture.worker.holdTraining();
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    Progress first =
        coordinator
            .await(
                m -> m.hasProgress() && m.getProgress().getStage() == Progress.Stage.STAGE_TRAINING)
            .getProgress();
    assertEquals(1, first.getDone());
    assertEquals(2, first.getTotal());
    assertEquals(0.5, first.getLoss());
  }

  @Test
  void close_withTime_finishesWhatIsOpen() throws Exception {
    Node running = joined();
    fixture.worker.holdTraining();
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    fixture.worker.started.await();
    var closing = new Thread(() -> running.close(Duration.ofSeconds(60)));
    closing.start();
    fixture.worker.release();
    closing.join();
    assertEquals(Phase.STOPPED, running.awaitEnd().phase());
    assertEquals(1, coordinator.receipts.get());
    assertTrue(fixture.worker.closed);
  }

  @Test
  void close_atOnce_givesTrainingUpAndLeavesTheFolderFree() throws Exception {
    Node running = joined();
    fixture.worker.holdTraining();
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    fixture.worker.started.await();
    running.close();
    assertEquals(Phase.STOPPED, running.awaitEnd().phase());
    fixture.worker = new FakeWorker();
    node = fixture.start();
    coordinator.await(NodeMessage::hasHello);
    assertEquals(0, coordinator.receipts.get());
  }
}
