package io.tributary.coordinator.config;

import io.tributary.federation.DataSize;
import io.tributary.federation.settings.Settings;
import java.util.Optional;

/**
 * Section {@code limits}.
 *
 * @param spool bytes of updates on disk that wait for their round to commit
 * @param update bytes of one update
 * @param examples that one node may declare: counts weigh updates, so an absurd one would rule
 * @param connections of one certificate that each listener holds at most
 * @param memory resident bytes of the worker that evaluates; empty: no limit
 * @param threads that check and sum updates, 1 to 1024; empty: as many as there are cores. No
 *     choice changes a byte of a checkpoint
 */
public record LimitsConfig(
    DataSize spool,
    DataSize update,
    long examples,
    int connections,
    Optional<DataSize> memory,
    Optional<Integer> threads) {
  private static final long USUAL_EXAMPLES = 100_000_000;
  private static final int USUAL_CONNECTIONS = 16;
  private static final int FEWEST_CONNECTIONS = 2;
  private static final int MOST_CONNECTIONS = 10_000;
  private static final int MOST_THREADS = 1_024;

  static LimitsConfig read(Settings settings) {
    DataSize spool = settings.size("spool", DataSize.parse("200GB"));
    DataSize update = settings.size("update", DataSize.parse("8GB"));
    Optional<DataSize> memory =
        settings.has("memory")
            ? Optional.of(settings.parsed("memory", DataSize::parse))
            : Optional.empty();
    if (update.compareTo(spool) > 0) {
      throw settings.refusal("update", update, "at most limits.spool, " + spool);
    }
    long examples = settings.integer("examples", USUAL_EXAMPLES, 1, Long.MAX_VALUE);
    int connections =
        (int)
            settings.integer(
                "connections", USUAL_CONNECTIONS, FEWEST_CONNECTIONS, MOST_CONNECTIONS);
    Optional<Integer> threads =
        settings.has("threads")
            ? Optional.of((int) settings.integer("threads", 1, MOST_THREADS))
            : Optional.empty();
    return new LimitsConfig(spool, update, examples, connections, memory, threads);
  }

  /** Threads that check and sum updates on a machine of so many cores. */
  public int threadsOf(int cores) {
    return threads.orElse(Math.min(cores, MOST_THREADS));
  }
}
