package io.tributary.cli.view;

import io.tributary.cli.output.Figures;
import io.tributary.cli.output.Table;
import io.tributary.federation.plan.Metric;
import io.tributary.training.evaluate.ClassReport;
import io.tributary.training.evaluate.Interval;
import io.tributary.training.evaluate.MetricReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A report's figures as tables. */
public final class MetricTables {
  private static final int WIDEST_CONFUSION = 30;

  private MetricTables() {}

  /** One line a metric, with its interval where there is one. */
  public static Table figures(MetricReport report) {
    Table table = Table.of("metric", ">value", "95 % interval");
    for (Map.Entry<Metric, Double> figure : report.figures().entrySet()) {
      Interval interval = report.intervals().get(figure.getKey());
      table.row(
          figure.getKey().token(),
          Figures.fixed(figure.getValue(), 4),
          interval == null
              ? "–"
              : Figures.fixed(interval.low(), 4) + "–" + Figures.fixed(interval.high(), 4));
    }
    table.row(
        report.kind().perToken() ? "tokens" : "examples", Figures.count(report.examples()), "");
    return table;
  }

  /** One line a label, or a type of entity. */
  public static Table classes(MetricReport report) {
    Table table = Table.of("label", ">precision", ">recall", ">F1", ">examples");
    for (ClassReport one : report.classes()) {
      table.row(
          one.label(),
          Figures.fixed(one.precision(), 3),
          Figures.fixed(one.recall(), 3),
          Figures.fixed(one.f1(), 3),
          Figures.count(one.support()));
    }
    return table;
  }

  /**
   * A line for each true label, a column for each predicted one, in the order of {@link #classes};
   * empty where there is none or it is too wide to be read. Columns have numbers, lines both.
   */
  public static Optional<Table> confusion(MetricReport report) {
    List<List<Long>> counts = report.confusion();
    if (counts.isEmpty() || counts.size() > WIDEST_CONFUSION) {
      return Optional.empty();
    }
    List<String> heads = new ArrayList<>(List.of("label"));
    for (int column = 0; column < counts.size(); column++) {
      heads.add(">" + (column + 1));
    }
    Table table = Table.of(heads.toArray(String[]::new));
    for (int row = 0; row < counts.size(); row++) {
      List<String> cells = new ArrayList<>();
      cells.add((row + 1) + " " + label(report, row));
      counts.get(row).forEach(count -> cells.add(Figures.count(count)));
      table.row(cells.toArray(String[]::new));
    }
    return Optional.of(table);
  }

  /** Rows of a confusion are labels, but classes may be types of entities. */
  private static String label(MetricReport report, int row) {
    return report.classes().size() == report.confusion().size()
        ? report.classes().get(row).label()
        : "";
  }
}
