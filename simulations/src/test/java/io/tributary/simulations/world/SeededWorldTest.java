package io.tributary.simulations.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.round.Transition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Schedules 1 to 500, with {@code -Pfull} to 10,000. One alone, with its whole trace: {@code
 * -Dtributary.world.seed=N}.
 */
class SeededWorldTest {
  private static final long SCHEDULES = 500;
  private static final long SCHEDULES_IN_FULL = 10_000;
  private static final long REPEATED = 20;
  private static final String ONE = "tributary.world.seed";

  /** What the storms must have brought, and how often at least in 500 schedules. */
  private static final Map<String, Integer> TROUBLE =
      Map.ofEntries(
          Map.entry("coordinator killed", 1_000),
          Map.entry("crash before commit", 50),
          Map.entry("crash after commit", 50),
          Map.entry("crash before effects", 50),
          Map.entry("crash at an effect", 50),
          Map.entry("crash before answers", 50),
          Map.entry("crash update spooled", 10),
          Map.entry("crash receipt leaves", 10),
          Map.entry("takeover", 30),
          Map.entry("fenced write", 5),
          Map.entry("drain", 50),
          Map.entry("clock set back", 50),
          Map.entry("node killed", 500),
          Map.entry("node killed with a finished update", 50),
          Map.entry("node stopped", 50),
          Map.entry("twin", 20),
          Map.entry("session SUPERSEDED", 20),
          Map.entry("partition", 500),
          Map.entry("connection half-open", 500),
          Map.entry("message dropped", 500),
          Map.entry("message doubled", 500),
          Map.entry("message reordered", 500),
          Map.entry("submission doubled", 100),
          Map.entry("submission superseded", 50),
          Map.entry("answer to a submission lost", 50),
          Map.entry("late update", 5),
          Map.entry("foreign update", 500),
          Map.entry("update refused", 50),
          Map.entry("training failed", 50),
          Map.entry("offer declined", 50),
          Map.entry("work failed", 50),
          Map.entry("candidate not finite", 1),
          Map.entry("result doubled", 50),
          Map.entry("late candidate dropped", 20),
          Map.entry("late candidate has a twin", 5),
          Map.entry("run from a run that goes on", 30),
          Map.entry("run from a run that is over", 30),
          Map.entry("carried ASKED", 100),
          Map.entry("carried OVER", 20),
          Map.entry("carried RECEIPTED", 20),
          Map.entry("carried REFUSED", 5),
          Map.entry("update of an older version counts", 50),
          Map.entry("draw while another run waits longer", 20),
          Map.entry("evicted", 50),
          Map.entry("data changed", 50),
          Map.entry("phase PAUSED_ON_REQUEST", 30),
          Map.entry("phase PAUSED_FAULT", 10),
          Map.entry("phase PAUSED_TOO_FEW_NODES", 50),
          Map.entry("phase PAUSED_ATTEMPTS_EXHAUSTED", 50),
          Map.entry("run COMPLETED", 500),
          Map.entry("run FAILED", 1),
          Map.entry("run STOPPED", 5),
          Map.entry("promise stands", 100),
          Map.entry("promise does not stand", 30),
          Map.entry("digest of an undisturbed run", 100));

  @Test
  @DisabledIfSystemProperty(named = ONE, matches = ".+")
  void world_anySchedule_holdsTheInvariantsAndEndsEveryRun() {
    SortedMap<String, Long> counts = new ConcurrentSkipListMap<>();
    long schedules = Boolean.getBoolean("tributary.full") ? SCHEDULES_IN_FULL : SCHEDULES;
    LongStream.rangeClosed(1, schedules)
        .parallel()
        .mapToObj(new Schedules())
        .forEach(
            happened -> happened.forEach((what, times) -> counts.merge(what, times, Long::sum)));
    System.out.println("seeded world, " + schedules + " schedules: " + counts);
    assertEquals(List.of(), tame(counts), "too tame: " + counts);
  }

  /** Kinds of trouble and of transitions that did not occur (often enough). */
  private static List<String> tame(Map<String, Long> counts) {
    List<String> missing = new ArrayList<>();
    TROUBLE.forEach(
        (what, least) -> {
          if (counts.getOrDefault(what, 0L) < least) {
            missing.add(what);
          }
        });
    for (String kind : Transition.kinds()) {
      if (!counts.containsKey("row " + kind)) {
        missing.add("row " + kind);
      }
    }
    return missing;
  }

  @Test
  @EnabledIfSystemProperty(named = ONE, matches = ".+")
  void world_oneSchedule_isReplayedWithItsTrace() {
    SortedMap<String, Long> counts = new Schedules(true).apply(Long.getLong(ONE, 0));
    System.out.println(counts);
  }

  @Test
  void schedule_sameSeed_happensAgainTheSameWay() {
    for (long seed = 1; seed <= REPEATED; seed++) {
      assertEquals(new Schedules().apply(seed), new Schedules().apply(seed), "seed " + seed);
    }
  }

  @Test
  void violation_inASchedule_namesTheSeedAndTheLastEvents() {
    var failing =
        new Schedules(
            false,
            world ->
                world
                    .timeline()
                    .after(
                        Duration.ofMinutes(8),
                        () -> Violation.unless(false, "nothing is wrong", "the test")));
    String said =
        String.valueOf(assertThrows(AssertionError.class, () -> failing.apply(7)).getMessage());
    assertTrue(said.startsWith("nothing is wrong: the test"), said);
    assertTrue(said.contains("takes"), said);
    assertTrue(said.endsWith("replay: seed=7"), said);
  }
}
