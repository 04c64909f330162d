package io.tributary.coordinator.driver;

import io.tributary.coordinator.round.Effect;

/**
 * Does what the machine asks for. Called on the driver's thread, so it hands work to pools and
 * returns at once; results come back through {@link RoundDriver#submit} as events that carry the
 * effect's identity.
 */
@FunctionalInterface
public interface Effects {
  void execute(Effect effect);
}
