package io.tributary.simulations.engine;

import static io.tributary.simulations.engine.DividedRows.LABELS;
import static io.tributary.simulations.engine.DividedRows.LONGEST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.round.RoundRecord;
import io.tributary.federation.Digest;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import io.tributary.simulations.behaviour.BehavingWork;
import io.tributary.simulations.behaviour.Behaviour;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes at their own pace on the real coordinator, in virtual time. */
final class AsyncFederationTest {
  private static final int NODES = 10;
  private static final long SEED = 11;
  private static final String ASYNC =
      "{\"name\":\"async\",\"buffer\":3,\"concurrency\":6,\"max-staleness\":8}";

  /** Lognormal times: the slowest of ten takes about ten times as long as the usual one. */
  private static final Behaviour SLOW =
      new Behaviour(1, 0, Optional.of(new Behaviour.Stragglers(1.5, 1, Behaviour.Late.WAIT)));

  private final DividedRows rows;

  AsyncFederationTest(@TempDir Path folder) throws IOException {
    rows = DividedRows.write(folder, 600, 100);
  }

  /** What came of a run, and when. */
  private record Course(Digest end, List<RoundRecord> rounds, List<Double> times) {
    /** The virtual time at which the held-out loss was first at most so high. */
    double reached(double loss) {
      for (RoundRecord round : rounds) {
        if (round.figures().loss() <= loss) {
          return times.get(round.round());
        }
      }
      return Double.POSITIVE_INFINITY;
    }

    double measured(String name) {
      return rounds.stream()
          .mapToDouble(round -> round.measures().getOrDefault(name, 0.0))
          .max()
          .orElse(0);
    }
  }

  @Test
  void run_anyNumberOfWorkers_givesTheSameBitsAndTimes() {
    Course one = course("one", 1, SLOW, SEED, plan(ASYNC, 12));
    Course two = course("two", 2, SLOW, SEED, plan(ASYNC, 12));
    Course four = course("four", 4, SLOW, SEED, plan(ASYNC, 12));
    assertEquals(one.end(), two.end());
    assertEquals(one.end(), four.end());
    assertEquals(one.times(), two.times());
    assertEquals(one.times(), four.times());
    assertTrue(one.measured("staleness-max") >= 2, "some updates are old: " + one.rounds());
    Course other = course("other", 2, SLOW, SEED + 1, plan(ASYNC, 12));
    assertNotEquals(one.end(), other.end(), "another order of arrival");
  }

  @Test
  void stragglers_areNotWaitedFor_soATargetIsReachedEarlierThanInRounds() {
    Course rounds = course("sync", 2, SLOW, SEED, plan("\"sync\"", 12));
    double target = rounds.rounds().get(8).figures().loss();
    Course async = course("async", 2, SLOW, SEED, plan(ASYNC, 60));
    assertTrue(
        async.reached(target) < 0.7 * rounds.reached(target),
        async.reached(target) + " against " + rounds.reached(target));
  }

  @Test
  void rounds_takeAsLongAsTheirSlowest() {
    Course course = course("slowest", 2, SLOW, SEED, plan("\"sync\"", 2));
    var behaving = new BehavingWork(task -> new CompletableFuture<>(), SLOW, SEED);
    double at = 0;
    for (RoundRecord round : course.rounds().subList(1, 3)) {
      at +=
          round.cohort().stream()
              .mapToDouble(record -> behaving.duration(record.id()))
              .max()
              .orElseThrow();
      assertEquals(at, course.times().get(round.round()), 1e-9);
    }
  }

  @Test
  void nodesThatFallOut_andAreAway_doNotStopIt() {
    var troubled = new Behaviour(0.8, 0.3, SLOW.stragglers());
    Course one = course("troubled-1", 1, troubled, SEED, plan(ASYNC, 10));
    Course two = course("troubled-2", 2, troubled, SEED, plan(ASYNC, 10));
    assertEquals(one.end(), two.end());
    assertEquals(11, one.rounds().size());
  }

  @Test
  void wholeNodes_overTheirStreams_workAtTheirOwnPace() throws IOException {
    try (var federation = VirtualFederation.start(rows.setting("whole", 2))) {
      rows.joinWhole(federation, "none", NodeNames.of(4));
      String mode = "{\"name\":\"async\",\"buffer\":2}";
      RunResult result = federation.run(plan(mode, 6), rows.base(), LONGEST);
      assertEquals("completed", result.state(), result.reason());
      List<RoundRecord> rounds = federation.direct().run(result.run()).orElseThrow().rounds();
      assertEquals(7, rounds.size());
      rounds.subList(1, 7).forEach(round -> assertEquals(2, round.updates()));
      assertTrue(rounds.get(6).figures().loss() < rounds.get(0).figures().loss(), "it learns");
      assertTrue(
          rounds.stream().anyMatch(r -> r.measures().getOrDefault("staleness-max", 0.0) >= 1),
          "four nodes at work, two a buffer: half of the updates are older");
    }
  }

  private Course course(String name, int workers, Behaviour behaviour, long seed, Plan plan) {
    SharedData data = SharedData.load(rows.spec("none"), LABELS, DividedRows.UNEVEN);
    try (var federation = VirtualFederation.start(rows.setting(name, workers))) {
      var behaving = new BehavingWork(federation.torchWork(data.spec()), behaviour, seed);
      federation.join(
          DividedRows.sites(data, NODES),
          LABELS,
          federation.time().timed(behaving, behaving::duration));
      RunResult result = federation.run(plan, rows.base(), LONGEST);
      assertEquals("completed", result.state(), result.reason());
      return new Course(
          result.finalDigest(),
          federation.direct().run(result.run()).orElseThrow().rounds(),
          federation.time().committed(result.run()));
    }
  }

  private static Plan plan(String mode, int rounds) {
    String json =
        """
        {"name":"virtual","seed":3,"deterministic":false,
         "model":{"base":"model","task":"tabular-classification","labels":["low","high"]},
         "train":{"epochs":1,"batch-size":8,"optimizer":{"learning-rate":0.01},
           "schedule":{"name":"constant","warm-up":0}},
         "federation":{"rounds":%d,"mode":%s}}
        """
            .formatted(rounds, mode);
    return Plan.read(Settings.of("plan", JsonReader.read(json)));
  }
}
