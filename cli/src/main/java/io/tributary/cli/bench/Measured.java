package io.tributary.cli.bench;

import static java.util.Objects.requireNonNull;

/** A figure beside what it is held to. */
public record Measured(Figure figure, Limit limit) {
  public Measured {
    requireNonNull(figure, "figure");
    requireNonNull(limit, "limit");
  }

  /** A figure that is only told. */
  public static Measured of(Figure figure) {
    return new Measured(figure, Limit.none());
  }

  boolean kept() {
    return limit.keptBy(figure);
  }
}
