package io.tributary.training.worker;

import java.util.Map;

/** What a process that computes with PyTorch finds in its environment from its start. */
public final class EngineEnvironment {
  private EngineEnvironment() {}

  /**
   * The variables.
   *
   * @param threads of torch
   */
  public static Map<String, String> of(int threads) {
    return Map.of(
        "OMP_NUM_THREADS", String.valueOf(threads),
        "OMP_DYNAMIC", "FALSE",
        "MKL_DYNAMIC", "FALSE",
        "MALLOC_ARENA_MAX", "2",
        "DJL_OFFLINE", "true",
        "OPT_OUT_TRACKING", "true",
        "RUST_FLAVOR", "cpu");
  }
}
