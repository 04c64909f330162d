package io.tributary.coordinator.effect;

import io.tributary.coordinator.round.Effect;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.file.Path;

/** Where the coordinator's own update of a round comes from, for rules that need one. */
@FunctionalInterface
public interface RootUpdates {
  /**
   * Trains on the coordinator's own examples from the round's checkpoint; the same order gives the
   * same bytes. Blocks.
   *
   * @param folder new, empty; takes what is made
   * @return the canonical file of the deltas, in the folder
   */
  Path train(Effect.Aggregate order, Path folder);

  /** For coordinators without examples of their own. */
  static RootUpdates none() {
    return (order, folder) -> {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "root-set",
          "not configured",
          "examples that the coordinator trains on, for rule "
              + order.spec().plan().federation().rule().name(),
          "Add root-set to the coordinator's file, or stop the run.");
    };
  }
}
