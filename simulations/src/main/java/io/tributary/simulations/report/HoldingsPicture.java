package io.tributary.simulations.report;

import java.util.List;
import java.util.Locale;

/** Who holds what: one bar a node, as long as it has examples, cut by labels. */
public final class HoldingsPicture {
  private static final int WIDTH = 1_000;
  private static final int NAMES = 110;
  private static final int BAR = 16;
  private static final int GAP = 4;
  private static final int LEGEND = 22;
  private static final int MOST_BARS = 60;

  private HoldingsPicture() {}

  /**
   * Draws it as SVG; of many nodes the first ones.
   *
   * @param counts for each node one count a label
   */
  public static String draw(List<String> nodes, List<String> labels, long[][] counts) {
    int bars = Math.min(nodes.size(), MOST_BARS);
    long most = 1;
    for (long[] node : counts) {
      most = Math.max(most, sum(node));
    }
    int height = LEGEND + bars * (BAR + GAP) + GAP;
    var svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-size=\"11\""
                + " font-family=\"system-ui,sans-serif\" role=\"img\">",
            WIDTH,
            height));
    legend(svg, labels);
    for (int node = 0; node < bars; node++) {
      bar(svg, nodes.get(node), labels, counts[node], LEGEND + node * (BAR + GAP), most);
    }
    return svg.append("</svg>").toString();
  }

  private static void legend(StringBuilder svg, List<String> labels) {
    int step = labels.isEmpty() ? WIDTH : Math.min(140, (WIDTH - NAMES) / labels.size());
    for (int label = 0; label < labels.size() && step >= 40; label++) {
      int x = NAMES + label * step;
      rect(svg, x, 4, 10, 10, Palette.colour(label), labels.get(label));
      text(svg, x + 14, 13, cut(labels.get(label), step / 7));
    }
  }

  private static void bar(
      StringBuilder svg, String node, List<String> labels, long[] counts, int y, long most) {
    text(svg, 0, y + BAR - 4, node);
    double scale = (double) (WIDTH - NAMES - 60) / most;
    double x = NAMES;
    for (int label = 0; label < counts.length; label++) {
      double width = counts[label] * scale;
      if (counts[label] > 0) {
        rect(
            svg, x, y, width, BAR, Palette.colour(label), labels.get(label) + ": " + counts[label]);
      }
      x += width;
    }
    text(svg, (int) x + 6, y + BAR - 4, Long.toString(sum(counts)));
  }

  private static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  private static void rect(
      StringBuilder svg, double x, double y, double w, double h, String colour, String told) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\" fill=\"%s\"><title>%s"
                + "</title></rect>",
            x,
            y,
            w,
            h,
            colour,
            Html.escaped(told)));
  }

  private static void text(StringBuilder svg, int x, int y, String text) {
    svg.append(
        String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\">%s</text>", x, y, Html.escaped(text)));
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, Math.max(1, most - 1)) + "…";
  }
}
