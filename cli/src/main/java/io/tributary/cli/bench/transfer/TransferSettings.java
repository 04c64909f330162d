package io.tributary.cli.bench.transfer;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.DataSize;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.file.Path;

/**
 * What is moved, how often, and by how many nodes at once in the last part.
 *
 * @param folder new or empty; everything is written there
 * @param warmUps cycles that are not counted, but for the very first, which is told as the cold one
 */
public record TransferSettings(Path folder, DataSize size, int cycles, int warmUps, int nodes) {
  private static final long LEAST_BYTES = 1_000_000;
  private static final int MOST_CYCLES = 1_000;
  private static final int MOST_NODES = 64;

  public TransferSettings {
    requireNonNull(folder, "folder");
    requireNonNull(size, "size");
    check("--size", size.bytes(), LEAST_BYTES, Long.MAX_VALUE);
    check("--cycles", cycles, 1, MOST_CYCLES);
    check("--warm-ups", warmUps, 1, MOST_CYCLES);
    check("--nodes", nodes, 1, MOST_NODES);
  }

  private static void check(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          option,
          value,
          most == Long.MAX_VALUE ? "at least " + least + " bytes" : least + " to " + most,
          "Choose another number.");
    }
  }
}
