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
 * @param memory resident bytes of the worker that evaluates; empty: no limit
 */
public record LimitsConfig(
    DataSize spool, DataSize update, long examples, Optional<DataSize> memory) {
  private static final long USUAL_EXAMPLES = 100_000_000;

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
    return new LimitsConfig(spool, update, examples, memory);
  }
}
