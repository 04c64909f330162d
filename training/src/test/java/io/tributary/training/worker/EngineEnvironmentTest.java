package io.tributary.training.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EngineEnvironmentTest {
  /** What decides sums' order and memory, and what keeps DJL from the network. */
  @Test
  void of_threads_fixedForTheWholeProcess() {
    assertEquals(
        Map.of(
            "OMP_NUM_THREADS", "3",
            "OMP_DYNAMIC", "FALSE",
            "MKL_DYNAMIC", "FALSE",
            "MALLOC_ARENA_MAX", "2",
            "DJL_OFFLINE", "true",
            "OPT_OUT_TRACKING", "true",
            "RUST_FLAVOR", "cpu"),
        EngineEnvironment.of(3));
  }
}
