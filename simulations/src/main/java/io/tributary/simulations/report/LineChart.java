package io.tributary.simulations.report;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Curves over rounds as SVG, with bands and axes. */
public final class LineChart {
  private static final int WIDTH = 1_000;
  private static final int HEIGHT = 330;
  private static final int LEFT = 60;
  private static final int RIGHT = 170;
  private static final int TOP = 24;
  private static final int BOTTOM = 30;
  private static final int TICKS = 5;

  private final List<Curve> curves;
  private final double firstX;
  private final double lastX;
  private final double low;
  private final double high;
  private final StringBuilder svg = new StringBuilder();

  private LineChart(List<Curve> curves) {
    this.curves = curves;
    firstX = least(Curve.Point::x);
    lastX = Math.max(firstX + 1, -least(point -> -point.x()));
    double from = least(Curve.Point::low);
    double to = -least(point -> -point.high());
    double room = to > from ? (to - from) * 0.05 : Math.max(1e-3, Math.abs(to) * 0.05);
    low = from - room;
    high = to + room;
  }

  /** Draws curves; an empty text where no curve has a point. */
  public static String draw(String title, List<Curve> curves) {
    List<Curve> drawn = curves.stream().filter(curve -> !curve.points().isEmpty()).toList();
    return drawn.isEmpty() ? "" : new LineChart(drawn).draw(title);
  }

  private double least(ToDoubleFunction<Curve.Point> value) {
    return curves.stream()
        .flatMap(curve -> curve.points().stream())
        .mapToDouble(value)
        .min()
        .orElseThrow();
  }

  private String draw(String title) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-size=\"11\""
            + " font-family=\"system-ui,sans-serif\" role=\"img\">",
        WIDTH, HEIGHT);
    add("<text x=\"%d\" y=\"14\" font-weight=\"600\">%s</text>", LEFT, Html.escaped(title));
    axes();
    for (int i = 0; i < curves.size(); i++) {
      curve(curves.get(i), Palette.colour(i), TOP + 12 + i * 16);
    }
    return svg.append("</svg>").toString();
  }

  private void axes() {
    for (int i = 0; i <= TICKS; i++) {
      double value = low + (high - low) * i / TICKS;
      double y = y(value);
      add(
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#e3e8ee\"/>",
          LEFT, WIDTH - RIGHT, y, y);
      add("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.4g</text>", LEFT - 6, y + 4, value);
      double round = firstX + (lastX - firstX) * i / TICKS;
      add(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f</text>",
          x(round), HEIGHT - 10, round);
    }
  }

  private void curve(Curve curve, String colour, int legendY) {
    List<Curve.Point> points = curve.points();
    if (points.stream().anyMatch(point -> point.high() > point.low())) {
      var band = new StringBuilder();
      points.forEach(point -> corner(band, point.x(), point.high()));
      for (int i = points.size() - 1; i >= 0; i--) {
        corner(band, points.get(i).x(), points.get(i).low());
      }
      add("<polygon points=\"%s\" fill=\"%s\" opacity=\"0.18\"/>", band, colour);
    }
    var line = new StringBuilder();
    points.forEach(point -> corner(line, point.x(), point.y()));
    add(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"><title>%s"
            + "</title></polyline>",
        line, colour, Html.escaped(curve.name()));
    int x = WIDTH - RIGHT + 12;
    add(
        "<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"3\"/>",
        x, x + 16, legendY - 4, legendY - 4, colour);
    add("<text x=\"%d\" y=\"%d\">%s</text>", x + 22, legendY, Html.escaped(curve.name()));
  }

  private void corner(StringBuilder line, double x, double y) {
    line.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(x), y(y)));
  }

  private double x(double value) {
    return LEFT + (value - firstX) / (lastX - firstX) * (WIDTH - RIGHT - LEFT);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - BOTTOM - TOP);
  }

  private void add(String form, Object... values) {
    svg.append(String.format(Locale.ROOT, form, values));
  }
}
