package io.tributary.simulations.world;

/** An invariant does not hold. */
final class Violation extends AssertionError {
  private static final long serialVersionUID = 1L;

  private Violation(String message) {
    super(message);
  }

  static void unless(boolean holds, String invariant, Object found) {
    if (!holds) {
      throw new Violation(invariant + ": " + found);
    }
  }
}
