package io.tributary.simulations.engine;

import static java.util.Objects.requireNonNull;

import io.tributary.training.data.Examples;
import io.tributary.training.data.FeatureShift;

/** A node whose features are shifted. */
public record ShiftedSite(SiteData original, FeatureShift shift) implements SiteData {
  public ShiftedSite {
    requireNonNull(original, "original");
    requireNonNull(shift, "shift");
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
    return shift.of(original.examples(round));
  }
}
