package io.tributary.cli.bench;

import java.util.List;
import java.util.Locale;

/**
 * The page of figures: one section for each bench between two marks, so that a bench that is run
 * alone replaces its own section and leaves the others as they are.
 */
final class PerformancePage {
  private static final String HEAD =
      """
      # Performance

      Every figure beside its limit, written by `tributary bench all --write docs/reference/performance.md`; `--only NAME`
      replaces one section. Times depend on the machine and on what else runs on it; ratios are of two things measured in turn
      in one run. `kept` says whether the limit was met in that run.
      """;

  private PerformancePage() {}

  /** A page without sections. */
  static String empty() {
    return HEAD;
  }

  /** The page with this bench's section, in the place of its older one or at the end. */
  static String with(String page, PerformanceBench bench, String machine, List<Measured> figures) {
    String section = section(bench, machine, figures);
    int from = page.indexOf(begin(bench.name()));
    int to = page.indexOf(end(bench.name()));
    if (from < 0 || to < from) {
      return page.stripTrailing() + "\n\n" + section + "\n";
    }
    return page.substring(0, from) + section + page.substring(to + end(bench.name()).length());
  }

  private static String section(PerformanceBench bench, String machine, List<Measured> figures) {
    var text = new StringBuilder(begin(bench.name())).append('\n');
    text.append("## ").append(bench.heading()).append("\n\n");
    bench.explanation().forEach(paragraph -> text.append(paragraph).append("\n\n"));
    text.append("`tributary bench ").append(bench.name()).append("` on ").append(machine);
    text.append(
        ".\n\n| case | figure | value | unit | limit | against | ratio | samples | kept |\n");
    text.append("|---|---|---|---|---|---|---|---|---|\n");
    figures.forEach(figure -> text.append(row(figure)).append('\n'));
    return text.append(end(bench.name())).toString();
  }

  private static String row(Measured measured) {
    Figure figure = measured.figure();
    boolean held = figure.against() != 0;
    return String.format(
        "| %s | %s | %s | %s | %s | %s | %s | %d | %s |",
        figure.name(),
        figure.metric(),
        number(figure.value()),
        figure.unit(),
        measured.limit().text(),
        held ? number(figure.against()) : "",
        held ? number(figure.value() / figure.against()) : "",
        figure.samples(),
        measured.limit().bound() == Limit.Bound.NONE ? "" : measured.kept() ? "yes" : "**no**");
  }

  /** Three digits that mean something. */
  static String number(double value) {
    double size = Math.abs(value);
    int decimals = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  private static String begin(String name) {
    return "<!-- bench " + name + " -->";
  }

  private static String end(String name) {
    return "<!-- end " + name + " -->";
  }
}
