package io.tributary.simulations.world;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SeededWorldTest {
  @Test
  void world_everySchedule_holdsTheInvariants() {
    SortedMap<String, Long> counts = new TreeMap<>();
    long from = Long.getLong("tributary.world.seed", 1);
    long to = Long.getLong("tributary.world.seed", 500);
    LongStream.rangeClosed(from, to)
        .forEach(
            seed ->
                new Schedules(from == to)
                    .apply(seed)
                    .forEach((what, times) -> counts.merge(what, times, Long::sum)));
    counts.forEach((what, times) -> System.out.println(times + " " + what));
    assertTrue(!counts.isEmpty());
  }
}
