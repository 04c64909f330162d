package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.plan.Plan;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hundreds of random schedules; a failure names the seed that replays it. */
final class RandomScheduleTest {
  private static final int STORM = 250;
  private static final int CALM = 20_000;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 250);
  }

  static LongStream fewerSeeds() {
    return LongStream.rangeClosed(1, 100);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyRun_endsWithTheInvariantsHeld_howeverItIsDisturbed(long seed) {
    replayable(seed, () -> storm(seed, plan(new Random(seed)), false));
  }

  @ParameterizedTest
  @MethodSource("fewerSeeds")
  void fixedCohort_whosePromiseStands_endsWithTheUndisturbedDigest(long seed) {
    Plan plan = fixed();
    replayable(
        seed,
        () -> {
          RunState run = storm(seed, plan, true).world().runs().values().iterator().next();
          if (run.promiseLost().isEmpty()) {
            assertEquals(undisturbed(plan).finalDigest(), run.finalDigest());
          }
        });
  }

  @Test
  void fixedCohort_promise_outlastsMostMildStorms() {
    long standing =
        IntStream.rangeClosed(1, 60)
            .mapToObj(seed -> storm(seed, fixed(), true))
            .flatMap(chaos -> chaos.world().runs().values().stream())
            .filter(run -> run.promiseLost().isEmpty())
            .count();
    assertTrue(standing > 30, "stood in " + standing + " of 60");
  }

  private static Plan fixed() {
    return Plans.plan(
        Map.of(
            "deterministic",
            "true",
            "federation.cohort.nodes",
            "[\"n0\",\"n1\",\"n2\"]",
            "federation.attempts",
            "20",
            "federation.deadlines",
            "{\"recruit\":\"1d\",\"round\":\"2d\"}"));
  }

  private static RunState undisturbed(Plan plan) {
    var chaos = new Chaos(0, 4, true);
    chaos.calm();
    chaos.start(Plans.spec("r-0", plan, true));
    run(chaos, CALM);
    RunState run = chaos.world().runs().values().iterator().next();
    assertEquals("stands", run.determinism());
    return run;
  }

  private static Chaos storm(long seed, Plan plan, boolean mild) {
    var random = new Random(seed);
    var chaos = new Chaos(seed, 4 + random.nextInt(3), mild);
    chaos.start(Plans.spec("r-0", plan, random.nextBoolean()));
    if (plan.federation().cohort().nodes().isEmpty() && random.nextBoolean()) {
      chaos.start(Plans.spec("r-1", plan, false));
    }
    for (int i = 0; i < STORM; i++) {
      chaos.step();
    }
    chaos.calm();
    run(chaos, CALM);
    assertTrue(chaos.ended(), "not ended: " + chaos.world().runs().values());
    assertEquals(chaos.world().runs(), World.fold(chaos.history()).runs());
    return chaos;
  }

  private static void run(Chaos chaos, int steps) {
    for (int i = 0; i < steps && !chaos.ended(); i++) {
      chaos.step();
    }
  }

  private static Plan plan(Random random) {
    Map<String, String> changes = new TreeMap<>();
    changes.put("seed", Integer.toString(random.nextInt(1_000)));
    changes.put("deterministic", Boolean.toString(random.nextBoolean()));
    changes.put("federation.rounds", Integer.toString(1 + random.nextInt(4)));
    changes.put("federation.attempts", Integer.toString(1 + random.nextInt(4)));
    changes.put("federation.cohort.quorum", Integer.toString(1 + random.nextInt(3)));
    changes.put("federation.cohort.fraction", random.nextBoolean() ? "1" : "0.6");
    if (random.nextInt(3) == 0) {
      changes.put("federation.cohort.nodes", "[\"n0\",\"n1\",\"n2\",\"n3\"]");
    }
    if (random.nextInt(3) == 0) {
      changes.put("evaluation.stop.patience", "2");
    }
    return Plans.plan(changes);
  }

  private static void replayable(long seed, Runnable test) {
    try {
      test.run();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(e.getMessage() + " replay: seed=" + seed, e);
    }
  }
}
