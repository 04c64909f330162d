package io.tributary.coordinator.config;

import java.util.Arrays;
import java.util.List;

/** How far a write has gone when it counts. */
public enum Durability {
  /** Forced to the disk, so that a power cut loses nothing that was receipted. */
  FULL("full"),
  /** Handed to the operating system; for simulations only. */
  NONE("none");

  private final String token;

  Durability(String token) {
    this.token = token;
  }

  /** The word used in configuration files. */
  public String token() {
    return token;
  }

  static Durability of(String token) {
    return Arrays.stream(values()).filter(d -> d.token.equals(token)).findFirst().orElseThrow();
  }

  static List<String> tokens() {
    return Arrays.stream(values()).map(Durability::token).toList();
  }
}
