package io.tributary.simulations.report;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One line of a chart, with a band around it.
 *
 * @param points ascending in x; those that are not finite are left out
 */
public record Curve(String name, List<Point> points) {
  /**
   * One point.
   *
   * @param low lower end of the band; equal to y without one
   * @param high upper end of the band
   */
  public record Point(double x, double y, double low, double high) {
    /** A point without a band. */
    public static Point of(double x, double y) {
      return new Point(x, y, y, y);
    }

    boolean finite() {
      return Double.isFinite(x + y + low + high);
    }
  }

  public Curve {
    requireNonNull(name, "name");
    points = points.stream().filter(Point::finite).toList();
  }
}
