package io.tributary.simulations.engine;

import static java.util.Objects.requireNonNull;

import io.tributary.training.data.Examples;
import java.util.function.UnaryOperator;

/**
 * A node whose examples have other features.
 *
 * @param original the node's data
 * @param change of its examples, which keep their number
 */
public record ChangedSite(SiteData original, UnaryOperator<Examples> change) implements SiteData {
  public ChangedSite {
    requireNonNull(original, "original");
    requireNonNull(change, "change");
  }

  @Override
  public long declared() {
    return original.declared();
  }

  @Override
  public long validation() {
    return original.validation();
  }

  @Override
  public Examples examples(int round) {
    return change.apply(original.examples(round));
  }
}
