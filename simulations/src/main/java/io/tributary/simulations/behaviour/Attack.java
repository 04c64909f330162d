package io.tributary.simulations.behaviour;

import java.util.Arrays;
import java.util.List;

/** What hostile nodes do. */
public enum Attack {
  /** Sends {@code -c} times its update. */
  SIGN_FLIP("sign-flip", false, 1),
  /** Trains on labels turned round: the k-th of n becomes the k-th from the end. */
  LABEL_FLIP("label-flip", false, 0),
  /** Adds noise of a deviation to its update. */
  GAUSSIAN("gaussian", false, 10),
  /** Sends μ - zσ of the honest updates. */
  LITTLE_IS_ENOUGH("little-is-enough", true, 0),
  /** Sends -ε times the mean of the honest updates. */
  INNER_PRODUCT("inner-product", true, 0.1),
  /** Trains on labels turned round and enlarges the update by the number of nodes. */
  MODEL_REPLACEMENT("model-replacement", false, 1),
  /** Sends μ - γσ of the honest updates with the largest γ that does not stand out. */
  MIN_MAX("min-max", true, 0),
  /** Goes against the mean of the honest updates, as far as Krum still chooses it. */
  OPT("opt", true, 0);

  private final String token;
  private final boolean knowsOthers;
  private final double usualStrength;

  Attack(String token, boolean knowsOthers, double usualStrength) {
    this.token = token;
    this.knowsOthers = knowsOthers;
    this.usualStrength = usualStrength;
  }

  /** The word used in configuration files. */
  public String token() {
    return token;
  }

  /** Whether attackers know the updates of the honest nodes of their round. */
  public boolean knowsOthers() {
    return knowsOthers;
  }

  /** Whether what an attacker sends depends on who else is asked. */
  public boolean looksAround() {
    return knowsOthers || this == MODEL_REPLACEMENT;
  }

  /** The usual c, deviation, ε or rate of the server; 0 for attacks without such a number. */
  public double usualStrength() {
    return usualStrength;
  }

  /** Whether the baseline of FLANDERS computes it in a way of its own. */
  boolean hasFlandersForm() {
    return this == LITTLE_IS_ENOUGH || this == MIN_MAX || this == OPT;
  }

  boolean flipsLabels() {
    return this == LABEL_FLIP || this == MODEL_REPLACEMENT;
  }

  /** All words. */
  public static List<String> tokens() {
    return Arrays.stream(values()).map(Attack::token).toList();
  }

  /** The attack of a word that is one. */
  public static Attack of(String token) {
    return Arrays.stream(values())
        .filter(attack -> attack.token.equals(token))
        .findFirst()
        .orElseThrow();
  }
}
