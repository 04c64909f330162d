package io.tributary.simulations.behaviour;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** As whom an attack is computed. */
public enum AttackForm {
  /** As its paper defines it. */
  PAPER,
  /** As Flower's baseline of FLANDERS computes it, to hold figures against its table. */
  FLANDERS;

  String token() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> tokens() {
    return Arrays.stream(values()).map(AttackForm::token).toList();
  }

  static AttackForm of(String token) {
    return valueOf(token.toUpperCase(Locale.ROOT));
  }
}
