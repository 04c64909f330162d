package io.tributary.coordinator.driver;

import io.tributary.federation.RunId;

/**
 * Told that a run has changed; looks at {@link RoundDriver#snapshot} when it has time. Called on
 * any thread and must not block.
 */
@FunctionalInterface
public interface RunListener {
  void changed(RunId run);
}
