package io.tributary.cli.bench.noop;

import io.tributary.coordinator.round.Staged;
import java.nio.file.Path;
import java.util.List;

/** Placeholder. */
public final class VirtualProcess {
  private VirtualProcess() {}

  public static List<Staged> run(Path folder, int nodes, int rounds) {
    return List.of();
  }
}
