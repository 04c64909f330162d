package io.tributary.simulations.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The invariants bite: a core with a defect does not get through the schedules. */
class MutantTest {
  private static final int SEEDS = 150;
  private static final int UNCHANGED = 15;
  private static final int LONGEST = 100;

  static List<Mutant> mutants() {
    return Mutant.all();
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void world_coreWithADefect_isCaught(Mutant mutant) throws Exception {
    LongFunction<SortedMap<String, Long>> schedules = MutatedCore.of(mutant).schedules();
    Optional<String> found = Optional.empty();
    long seed = 0;
    while (found.isEmpty() && seed < SEEDS) {
      found = finding(schedules, ++seed);
    }
    assertTrue(found.isPresent(), mutant + " got through " + SEEDS + " schedules");
    System.out.println(mutant + ": seed " + seed + ", " + found.orElseThrow());
  }

  /** The broken invariant, if the schedule finds one. */
  private static Optional<String> finding(
      LongFunction<SortedMap<String, Long>> schedules, long seed) {
    try {
      assertFalse(schedules.apply(seed).isEmpty(), "something happens");
      return Optional.empty();
    } catch (AssertionError caught) {
      String first = String.valueOf(caught.getMessage()).lines().findFirst().orElse("");
      return Optional.of(first.substring(0, Math.min(LONGEST, first.length())));
    }
  }

  @Test
  void world_unchangedCoreLoadedTheSameWay_passes() throws Exception {
    LongFunction<SortedMap<String, Long>> again = MutatedCore.unchanged().schedules();
    var here = new Schedules();
    for (long seed = 1; seed <= UNCHANGED; seed++) {
      assertEquals(here.apply(seed), again.apply(seed), "replay: seed=" + seed);
    }
  }

  /** Says within a second which mutants a change of the cores made stale. */
  @Test
  void mutants_textOfEach_isInItsSourceExactlyOnce() {
    List<String> stale = Mutant.all().stream().flatMap(mutant -> mutant.stale().stream()).toList();
    assertEquals(List.of(), stale);
  }

  @Test
  void mutant_textThatIsGone_isStale() {
    var stale = new Mutant("none", "coordinator", "io.tributary.coordinator.round.Step", "?!", "");
    String said = assertThrows(IllegalStateException.class, stale::source).getMessage();
    assertTrue(String.valueOf(said).contains("exactly once"), said);
  }
}
