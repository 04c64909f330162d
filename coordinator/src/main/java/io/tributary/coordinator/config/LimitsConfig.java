package io.tributary.coordinator.config;

import io.tributary.federation.DataSize;
import io.tributary.federation.settings.Settings;
import java.util.Optional;

/**
 * Section {@code limits}.
 *
 * @param spool bytes of updates on disk that wait for their round to commit
 * @param update bytes of one update
 * @param memory resident bytes of the worker that evaluates; empty: no limit
 */
public record LimitsConfig(DataSize spool, DataSize update, Optional<DataSize> memory) {
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
    return new LimitsConfig(spool, update, memory);
  }
}
