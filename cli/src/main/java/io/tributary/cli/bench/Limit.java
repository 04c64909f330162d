package io.tributary.cli.bench;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * What a figure is held to.
 *
 * @param ratio whether the number bounds the figure's ratio rather than its value
 */
public record Limit(Bound bound, double number, boolean ratio) {
  /** Which side of the number is good. */
  public enum Bound {
    NONE,
    AT_MOST,
    AT_LEAST
  }

  public Limit {
    requireNonNull(bound, "bound");
  }

  /** A figure that is only told. */
  public static Limit none() {
    return new Limit(Bound.NONE, 0, false);
  }

  public static Limit atMost(double number) {
    return new Limit(Bound.AT_MOST, number, false);
  }

  public static Limit atLeast(double number) {
    return new Limit(Bound.AT_LEAST, number, false);
  }

  /** Of value over what it is held against. */
  public static Limit ratioAtLeast(double number) {
    return new Limit(Bound.AT_LEAST, number, true);
  }

  /** Of value over what it is held against. */
  public static Limit ratioAtMost(double number) {
    return new Limit(Bound.AT_MOST, number, true);
  }

  /** Whether a figure keeps it. */
  boolean keptBy(Figure figure) {
    double found = ratio ? figure.value() / figure.against() : figure.value();
    return switch (bound) {
      case NONE -> true;
      case AT_MOST -> found <= number;
      case AT_LEAST -> found >= number;
    };
  }

  /** Such as {@code ≤ 200} or {@code ≥ 0.7 ×}; empty where nothing is held. */
  String text() {
    if (bound == Bound.NONE) {
      return "";
    }
    String digits =
        number == Math.rint(number)
            ? String.format(Locale.ROOT, "%.0f", number)
            : Double.toString(number);
    return (bound == Bound.AT_MOST ? "≤ " : "≥ ") + digits + (ratio ? " ×" : "");
  }
}
