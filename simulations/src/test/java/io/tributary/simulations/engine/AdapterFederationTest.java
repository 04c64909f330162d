package io.tributary.simulations.engine;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.driver.Failpoints;
import io.tributary.federation.Digest;
import io.tributary.federation.RunId;
import io.tributary.federation.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every way to aggregate adapters with real nodes that train: the model gets better, and a run that
 * is disturbed in its second round ends with the bytes of an undisturbed one.
 */
class AdapterFederationTest {
  private static final List<String> NODES = List.of("site-a", "site-b");
  private static final String RANKS = "-ranks";
  private static final List<String> WAYS =
      List.of("fedit", "ffa", "rolora", "flora", "fedex", "flora-ranks", "fedit-ranks");
  private static final Map<String, RunResult> UNDISTURBED = new HashMap<>();
  private static final long PATIENCE = 60;

  @TempDir Path folder;

  private static Plan plan(String way) {
    return plan(way, "none");
  }

  private static Plan plan(String way, String compression) {
    String ranks = way.endsWith(RANKS) ? ",\"ranks\":{\"site-b\":2}" : "";
    return Plan.parse(
        """
        {"name":"adapters","seed":3,
         "model":{"base":"model","task":"causal-language-modelling","max-tokens":64},
         "train":{"what":"lora","lora":{"rank":4,"alpha":16,"aggregation":"%s"%s},
                  "epochs":4,"batch-size":4,"optimizer":{"learning-rate":0.02}},
         "federation":{"rounds":4,"compression":"%s",
                       "cohort":{"quorum":2,"nodes":["site-a","site-b"]}},
         "evaluation":{"choose":{"metric":"loss","direction":"minimize"}}}
        """
            .formatted(way.replace(RANKS, ""), ranks, compression));
  }

  @BeforeAll
  static void undisturbed(@TempDir Path home) throws IOException {
    for (String way : WAYS) {
      Path here = Files.createDirectory(home.resolve(way));
      try (var federation = federation(here, Failpoints.none())) {
        UNDISTURBED.put(way, federation.await(run(federation, way)));
      }
    }
  }

  private static RestartableFederation federation(Path folder, Failpoints failpoints)
      throws IOException {
    return new RestartableFederation(
        folder, failpoints, RestartableFederation::worker, new TinyLanguage());
  }

  private static RunId run(RestartableFederation federation, String way) throws IOException {
    return run(federation, plan(way));
  }

  private static RunId run(RestartableFederation federation, Plan plan) throws IOException {
    for (String node : NODES) {
      federation.start(node);
    }
    return federation.begin(plan);
  }

  private static RunResult undisturbed(String way) {
    return requireNonNull(UNDISTURBED.get(way), way);
  }

  private static Digest digest(RunResult end) {
    assertEquals("completed", end.state(), end.reason());
    return end.finalDigest();
  }

  @Test
  void run_everyWay_learns() {
    for (String way : WAYS) {
      RunResult result = undisturbed(way);
      assertEquals("completed", result.state(), way + ": " + result.reason());
      List<RunResult.Round> rounds = result.rounds();
      rounds.stream().skip(1).forEach(round -> assertEquals(2, round.updates(), way));
      RunResult.Round last = rounds.get(rounds.size() - 1);
      assertTrue(last.loss() < rounds.get(0).loss() - 0.2, way + ": " + rounds);
      assertTrue(last.accuracy() > rounds.get(0).accuracy() + 0.3, way + ": " + rounds);
    }
  }

  /** Nobody has learned anything yet, and adapters at zero change nothing. */
  @Test
  void run_everyWay_beginsWithTheBaseModel() {
    double base = undisturbed("fedit").rounds().get(0).loss();
    UNDISTURBED.forEach(
        (way, result) -> assertEquals(base, result.rounds().get(0).loss(), 1e-9, way));
  }

  @Test
  void ways_areNotEachOther() {
    assertEquals(
        WAYS.size(),
        UNDISTURBED.values().stream().map(AdapterFederationTest::digest).distinct().count());
    assertNotEquals(
        undisturbed("fedit").rounds().get(1).loss(),
        undisturbed("fedex").rounds().get(1).loss(),
        "the residual of the first round counts in its evaluation");
  }

  /** Both are the mean of the same products, one beside the mean of factors, one without it. */
  @Test
  void fedexAndFlora_afterTheFirstRound_areTheSameModel() {
    double fedex = undisturbed("fedex").rounds().get(1).loss();
    assertEquals(fedex, undisturbed("flora").rounds().get(1).loss(), 1e-5);
    assertNotEquals(fedex, undisturbed("fedit").rounds().get(1).loss(), 1e-4);
  }

  /** Each node compresses adapters of its own rank. */
  @ParameterizedTest
  @CsvSource({"fedit-ranks, int8", "flora-ranks, int8", "fedex, top-k", "fedit-ranks, random-k"})
  void run_compressed_learns(String way, String compression) throws IOException {
    try (var federation = federation(folder, Failpoints.none())) {
      RunResult result = federation.await(run(federation, plan(way, compression)));
      assertEquals("completed", result.state(), result.reason());
      List<RunResult.Round> rounds = result.rounds();
      rounds.stream().skip(1).forEach(round -> assertEquals(2, round.updates()));
      assertTrue(rounds.get(rounds.size() - 1).loss() < rounds.get(0).loss(), rounds.toString());
      assertNotEquals(undisturbed(way).finalDigest(), result.finalDigest());
    }
  }

  /** In round 2: its third update, and its candidate at several steps of becoming a checkpoint. */
  @ParameterizedTest
  @CsvSource({
    "fedex, AGGREGATION_STARTED, 2",
    "fedex, CANDIDATE_WRITTEN, 3",
    "fedex, CHECKPOINT_FORCED, 3",
    "fedex, EVALUATION_FINISHED, 3",
    "flora, UPDATE_FORCED, 3",
    "flora, CANDIDATE_WRITTEN, 3",
    "flora, CANDIDATE_FORCED, 3",
    "flora, EVALUATION_FINISHED, 3",
    "flora-ranks, CANDIDATE_WRITTEN, 3",
    "fedit-ranks, UPDATE_VERIFIED, 3",
    "rolora, AGGREGATION_STARTED, 2",
    "ffa, CANDIDATE_FORCED, 3"
  })
  void run_coordinatorCrashes_sameDigest(String way, String place, int times) throws Exception {
    var crash = new CrashAt(place(place) + ":" + times);
    try (var federation = federation(folder, crash)) {
      RunId run = run(federation, way);
      crash.crashed.get(PATIENCE, TimeUnit.SECONDS);

      federation.restartCoordinator(Failpoints.none());

      assertEquals(digest(undisturbed(way)), digest(federation.await(run)));
    }
  }

  private static String place(String name) {
    return switch (name) {
      case "AGGREGATION_STARTED" -> Failpoints.AGGREGATION_STARTED;
      case "CANDIDATE_WRITTEN" -> Failpoints.CANDIDATE_WRITTEN;
      case "CANDIDATE_FORCED" -> Failpoints.CANDIDATE_FORCED;
      case "CHECKPOINT_FORCED" -> Failpoints.CHECKPOINT_FORCED;
      case "EVALUATION_FINISHED" -> Failpoints.EVALUATION_FINISHED;
      case "UPDATE_FORCED" -> Failpoints.UPDATE_FORCED;
      default -> Failpoints.UPDATE_VERIFIED;
    };
  }
}
