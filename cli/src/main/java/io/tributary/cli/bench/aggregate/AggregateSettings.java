package io.tributary.cli.bench.aggregate;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.DataSize;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is measured.
 *
 * @param folder new or empty; everything is written there
 * @param updates of the round whose speed is measured
 * @param size of one update's tensors, float32
 * @param threads of the sums, in the product and in the loop that it is held against
 * @param cycles measured, each of one loop and one aggregation, after {@value #WARM_UP} unmeasured
 * @param memory whether the memory of processes with few and with many updates is measured
 */
public record AggregateSettings(
    Path folder, int updates, DataSize size, int threads, int cycles, boolean memory) {
  static final int WARM_UP = 3;

  /** Numbers of updates whose memory is compared. */
  static final List<Integer> MEMORY_UPDATES = List.of(2, 4, 16, 64);

  private static final int MOST_UPDATES = 1_000;
  private static final int MOST_THREADS = 256;
  private static final int MOST_CYCLES = 1_000;
  private static final DataSize LEAST_SIZE = DataSize.parse("4KB");
  private static final DataSize MOST_SIZE = DataSize.parse("100GB");

  public AggregateSettings {
    requireNonNull(folder, "folder");
    check("--updates", updates, updates >= 1 && updates <= MOST_UPDATES, "1 to " + MOST_UPDATES);
    check(
        "--size",
        size,
        size.compareTo(LEAST_SIZE) >= 0 && size.compareTo(MOST_SIZE) <= 0,
        LEAST_SIZE + " to " + MOST_SIZE);
    check("--threads", threads, threads >= 1 && threads <= MOST_THREADS, "1 to " + MOST_THREADS);
    check("--cycles", cycles, cycles >= 1 && cycles <= MOST_CYCLES, "1 to " + MOST_CYCLES);
  }

  private static void check(String option, Object value, boolean right, String rule) {
    if (!right) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG, option, value, rule, "Choose another value.");
    }
  }

  /** The same with another number of updates, of which the files exist. */
  AggregateSettings withUpdates(int other) {
    return new AggregateSettings(folder, other, size, threads, cycles, memory);
  }

  /** Float32 values of one update. */
  long elements() {
    return size.bytes() / Float.BYTES;
  }

  /** Updates that lie in the spool. */
  int spooled() {
    return memory
        ? Stream.concat(MEMORY_UPDATES.stream(), Stream.of(updates))
            .mapToInt(n -> n)
            .max()
            .orElse(1)
        : updates;
  }

  /** Files of different bytes; further updates are links to them. */
  int files() {
    return Math.min(spooled(), Math.max(updates, 16));
  }
}
