package io.tributary.simulations.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.driver.Failpoints;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RunId;
import io.tributary.federation.plan.Plan;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.evaluate.Prediction;
import io.tributary.training.worker.EvaluateOrder;
import io.tributary.training.worker.PredictOrder;
import io.tributary.training.worker.ProgressListener;
import io.tributary.training.worker.TrainOrder;
import io.tributary.training.worker.TrainOutcome;
import io.tributary.training.worker.Worker;
import io.tributary.training.worker.WorkerInfo;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What nodes and coordinator keep for an algorithm counts once, whatever is done twice: a run that
 * is disturbed in its second round ends with the bytes of an undisturbed one.
 */
class AlgorithmRestartTest {
  private static final List<String> NODES = List.of("site-a", "site-b");
  private static final List<String> CASES =
      List.of("fedavg", "fedprox", "scaffold", "feddyn", "int8", "top-k", "forgetful");
  private static final Map<String, Digest> UNDISTURBED = new HashMap<>();
  private static final long PATIENCE = 60;

  /** Plain steps whose updates are compressed. */
  private static final Map<String, String> COMPRESSIONS =
      Map.of(
          "int8", "\"int8\"",
          "top-k", "{\"name\":\"top-k\",\"fraction\":0.1}",
          "forgetful", "{\"name\":\"top-k\",\"fraction\":0.1,\"error-feedback\":false}");

  @TempDir Path folder;

  private static Plan plan(String algorithm) {
    String json =
        """
        {"name":"again","seed":3,
         "model":{"base":"model","task":"tabular-classification","labels":["low","high"]},
         "train":{"epochs":2,"batch-size":6,"clip-norm":0,"algorithm":"%s",
                  "optimizer":{"name":"sgd","learning-rate":0.1,"weight-decay":0},
                  "schedule":{"name":"constant","warm-up":0}},
         "federation":{"rounds":3,"weights":"uniform","compression":%s,
                       "cohort":{"quorum":2,"nodes":["site-a","site-b"]}}}
        """;
    Optional<String> compression = Optional.ofNullable(COMPRESSIONS.get(algorithm));
    return Plan.parse(
        json.formatted(
            compression.isPresent() ? "fedavg" : algorithm, compression.orElse("\"none\"")));
  }

  @BeforeAll
  static void undisturbed(@TempDir Path home) throws IOException {
    for (String algorithm : CASES) {
      Path here = Files.createDirectory(home.resolve(algorithm));
      try (var federation =
          new RestartableFederation(here, Failpoints.none(), RestartableFederation::worker)) {
        UNDISTURBED.put(algorithm, completed(federation, run(federation, algorithm)));
      }
    }
  }

  private static RunId run(RestartableFederation federation, String algorithm) throws IOException {
    for (String node : NODES) {
      federation.start(node);
    }
    return federation.begin(plan(algorithm));
  }

  private static Digest completed(RestartableFederation federation, RunId run) {
    RunResult end = federation.await(run);
    assertEquals("completed", end.state(), end.reason());
    return end.finalDigest();
  }

  @Test
  void algorithms_areNotEachOther() {
    assertEquals(
        CASES.size(), UNDISTURBED.values().stream().distinct().count(), UNDISTURBED.toString());
    assertNotEquals(UNDISTURBED.get("fedavg"), UNDISTURBED.get("scaffold"));
  }

  /** In round 2: of two updates a round the third, of checkpoints that of zero first. */
  static Stream<String> places() {
    return Stream.of(
        Failpoints.UPDATE_ANNOUNCED + ":3",
        Failpoints.UPDATE_VERIFIED + ":3",
        Failpoints.UPDATE_FORCED + ":3",
        Failpoints.UPDATE_RECEIPTED + ":3",
        Failpoints.after("UpdateReceipted") + ":4",
        Failpoints.after("UpdateJudged") + ":3",
        Failpoints.AGGREGATION_STARTED + ":2",
        Failpoints.CANDIDATE_WRITTEN + ":3",
        Failpoints.CANDIDATE_FORCED + ":3",
        Failpoints.CHECKPOINT_FORCED + ":3",
        Failpoints.EVALUATION_FINISHED + ":3",
        Failpoints.before("RoundCommitted") + ":3",
        Failpoints.after("RoundCommitted") + ":3");
  }

  @ParameterizedTest
  @MethodSource("places")
  void scaffold_coordinatorCrashes_sameDigest(String place) throws Exception {
    var crash = new CrashAt(place);
    try (var federation = new RestartableFederation(folder, crash, RestartableFederation::worker)) {
      RunId run = run(federation, "scaffold");
      crash.crashed.get(PATIENCE, TimeUnit.SECONDS);

      federation.restartCoordinator(Failpoints.none());

      assertEquals(UNDISTURBED.get("scaffold"), completed(federation, run));
    }
  }

  /** What was left out of an update is sent once; what is drawn for one is drawn again. */
  @ParameterizedTest
  @CsvSource({
    "top-k, update.receipted:3",
    "top-k, candidate.written:3",
    "top-k, checkpoint.forced:3",
    "int8, update.announced:3",
    "int8, candidate.written:3"
  })
  void compressed_coordinatorCrashes_sameDigest(String codec, String place) throws Exception {
    var crash = new CrashAt(place);
    try (var federation = new RestartableFederation(folder, crash, RestartableFederation::worker)) {
      RunId run = run(federation, codec);
      crash.crashed.get(PATIENCE, TimeUnit.SECONDS);

      federation.restartCoordinator(Failpoints.none());

      assertEquals(UNDISTURBED.get(codec), completed(federation, run));
    }
  }

  /** Its state of round 2 is there already, the update that it belongs to is not. */
  @ParameterizedTest
  @ValueSource(strings = {"scaffold", "feddyn", "top-k", "int8"})
  void nodeAndCoordinatorCrash_updateIsLost_sameDigest(String algorithm) throws Exception {
    var crash = new CrashAt(Failpoints.UPDATE_ANNOUNCED + ":3");
    try (var federation = new RestartableFederation(folder, crash, RestartableFederation::worker)) {
      RunId run = run(federation, algorithm);
      crash.crashed.get(PATIENCE, TimeUnit.SECONDS);

      for (String node : NODES) {
        federation.end(node);
        DurableFiles.unforced().deleteTree(federation.state(node).resolve("updates"));
      }
      federation.restartCoordinator(Failpoints.none());
      for (String node : NODES) {
        federation.start(node);
      }

      assertEquals(UNDISTURBED.get(algorithm), completed(federation, run));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"scaffold", "top-k"})
  void trainedTwiceInARound_sameDigest(String algorithm) throws Exception {
    var fails = new AtomicInteger(1);
    try (var federation =
        new RestartableFederation(
            folder,
            Failpoints.none(),
            name -> new AfterTraining(order -> failOnce(order, fails)))) {
      RunId run = run(federation, algorithm);

      assertEquals(UNDISTURBED.get(algorithm), completed(federation, run));
      assertEquals(0, fails.get(), "one training of round 2 was thrown away");
    }
  }

  private static void failOnce(TrainOrder order, AtomicInteger fails) {
    if (order.assignment().round().round() == 2 && fails.getAndDecrement() == 1) {
      throw new FederationException(ErrorKind.WORKER_CRASHED, "worker: signal 9");
    }
    fails.compareAndSet(-1, 0);
  }

  @Test
  void scaffold_nodeDiesWhenItHasTrained_sameDigest() throws Exception {
    var trained = new CountDownLatch(1);
    var never = new CountDownLatch(1);
    try (var federation =
        new RestartableFederation(
            folder,
            Failpoints.none(),
            name -> new AfterTraining(order -> hang(name, order, trained, never)))) {
      RunId run = run(federation, "scaffold");
      assertTrue(trained.await(PATIENCE, TimeUnit.SECONDS));

      federation.end("site-a");
      federation.start("site-a");
      never.countDown();

      assertEquals(UNDISTURBED.get("scaffold"), completed(federation, run));
    }
  }

  private static void hang(
      String node, TrainOrder order, CountDownLatch trained, CountDownLatch never) {
    if (node.equals("site-a") && order.assignment().round().round() == 2 && never.getCount() > 0) {
      trained.countDown();
      try {
        never.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new FederationException(ErrorKind.CANCELLED, "the process is gone");
    }
  }

  /** A worker to which something happens when it has trained. */
  private static final class AfterTraining implements Worker {
    /** What happens. */
    private interface Event {
      void happen(TrainOrder order);
    }

    private final Worker inner = RestartableFederation.worker("");
    private final Event event;

    private AfterTraining(Event event) {
      this.event = event;
    }

    @Override
    public WorkerInfo describe() {
      return inner.describe();
    }

    @Override
    public TrainOutcome train(TrainOrder order, ProgressListener listener) {
      TrainOutcome outcome = inner.train(order, listener);
      event.happen(order);
      return outcome;
    }

    @Override
    public EvaluationReport evaluate(EvaluateOrder order, ProgressListener listener) {
      return inner.evaluate(order, listener);
    }

    @Override
    public List<Prediction> predict(PredictOrder order) {
      return inner.predict(order);
    }

    @Override
    public void cancel() {
      inner.cancel();
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
