package io.tributary.cli.simulate;

import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.output.Table;
import io.tributary.cli.simulate.ExperimentSummary.Spread;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonNull;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Direction;
import io.tributary.federation.plan.Metric;
import io.tributary.simulations.report.LineChart;
import io.tributary.simulations.report.Page;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All of an experiment in one table: strategies beside what they are held against. */
final class ExperimentReport {
  private final ExperimentFile file;
  private final Metric metric;
  private final boolean larger;
  private final List<ExperimentSummary> summaries;
  private final Map<String, String> partitions;
  private final Map<String, List<ExperimentCurve>> references;

  /**
   * @param rows curves of each row, one a seed
   * @param partitions of each row
   * @param references curves of the reference runs, by the row that these would be
   */
  ExperimentReport(
      ExperimentFile file,
      Metric metric,
      Map<String, List<ExperimentCurve>> rows,
      Map<String, String> partitions,
      Map<String, List<ExperimentCurve>> references) {
    this.file = file;
    this.metric = metric;
    this.larger = metric.direction() == Direction.MAXIMIZE;
    this.summaries =
        rows.entrySet().stream().map(row -> summary(row.getKey(), row.getValue())).toList();
    this.partitions = Map.copyOf(partitions);
    this.references = Map.copyOf(references);
  }

  /** Prints it and writes it as a page, a table and JSON. */
  void write(Path into, Console console) {
    List<String> heads = heads();
    List<List<String>> cells = cells();
    Table table = Table.of(heads.toArray(String[]::new));
    cells.forEach(row -> table.row(row.toArray(String[]::new)));
    console.line("");
    console.lines(table.render(console.style()));
    write(into.resolve("report.csv"), csv(heads, cells));
    write(into.resolve("report.html"), page(heads, cells));
    JsonObject json = toJson();
    write(into.resolve("report.json"), json.canonical() + "\n");
    console.line("");
    console.line("report  " + into.resolve("report.html"));
    console.json(json);
  }

  private String page(List<String> heads, List<List<String>> cells) {
    Page page = new Page("Experiment: " + (file.about().isEmpty() ? metric.token() : file.about()));
    page.paragraph(
        "Mean ± standard deviation over the seeds; = where the difference to the best is no more"
            + " than both deviations together. Worst node: the best checkpoint on the examples of"
            + " the node where it is worst. Central: one node with all data. Alone: nodes by"
            + " themselves, on the selection part like all others.");
    page.table(heads, cells);
    page.picture(
        LineChart.draw(
            metric.token() + " on the selection part",
            summaries.stream().map(ExperimentSummary::curve).toList()));
    return page.html();
  }

  private JsonObject toJson() {
    List<JsonObject> rows = new ArrayList<>();
    for (ExperimentSummary summary : summaries) {
      rows.add(
          summary
              .toJson()
              .put("worstNode", json(summary.worst()))
              .put("central", json(central()))
              .put("alone", json(alone(summary)))
              .build());
    }
    return JsonValue.object()
        .put("metric", metric.token())
        .put("rows", JsonValue.array(rows))
        .build();
  }

  private static JsonValue json(Optional<Spread> spread) {
    return spread.<JsonValue>map(Spread::toJson).orElseGet(JsonNull::new);
  }

  private Optional<Spread> central() {
    return spread(ExperimentReferences.CENTRAL);
  }

  /** Of the nodes of the row's partition. */
  private Optional<Spread> alone(ExperimentSummary summary) {
    String partition = partitions.getOrDefault(summary.row(), "");
    return spread(new ExperimentFile.Cell(ExperimentReferences.ALONE, partition, 0).row());
  }

  private Optional<Spread> spread(String row) {
    return Optional.ofNullable(references.get(row)).map(curves -> summary(row, curves).best());
  }

  private ExperimentSummary summary(String row, List<ExperimentCurve> curves) {
    return new ExperimentSummary(row, curves, larger, file.bestFrom(), file.target());
  }

  private List<String> heads() {
    List<String> heads =
        new ArrayList<>(
            List.of("strategy", "base", "best " + metric.token(), "", "last " + metric.token()));
    if (file.references().worstNode()) {
      heads.add("worst node");
    }
    if (file.references().central()) {
      heads.add("central");
    }
    if (file.references().alone() > 0) {
      heads.add("alone");
    }
    if (file.target().isPresent()) {
      heads.add("rounds to " + file.target().getAsDouble());
    }
    if (timed()) {
      heads.add("virtual time");
    }
    heads.add("bytes");
    return heads;
  }

  private boolean timed() {
    return summaries.stream().anyMatch(ExperimentSummary::timed);
  }

  private List<List<String>> cells() {
    Spread top =
        summaries.stream()
            .map(ExperimentSummary::best)
            .reduce((one, other) -> (other.mean() > one.mean()) == larger ? other : one)
            .orElseThrow();
    return summaries.stream().map(summary -> row(summary, top)).toList();
  }

  private List<String> row(ExperimentSummary summary, Spread top) {
    Spread best = summary.best();
    String mark = best.equals(top) ? "best" : best.sameAs(top) ? "=" : "";
    List<String> row =
        new ArrayList<>(
            List.of(
                summary.row(),
                Figures.fixed(summary.base().mean(), 4),
                best.text(),
                mark,
                summary.last().text()));
    if (file.references().worstNode()) {
      row.add(summary.worst().map(Spread::text).orElse("–"));
    }
    if (file.references().central()) {
      row.add(against(best, central()));
    }
    if (file.references().alone() > 0) {
      row.add(against(best, alone(summary)));
    }
    if (file.target().isPresent()) {
      row.add(summary.rounds());
    }
    if (timed()) {
      row.add(summary.time());
    }
    row.add(summary.bytes());
    return row;
  }

  private static String against(Spread best, Optional<Spread> other) {
    return other.map(it -> it.text() + (best.sameAs(it) ? " =" : "")).orElse("–");
  }

  private static String csv(List<String> heads, List<List<String>> rows) {
    var text = new StringBuilder(line(heads));
    rows.forEach(row -> text.append(line(row)));
    return text.toString();
  }

  private static String line(List<String> cells) {
    return String.join(
            ",", cells.stream().map(cell -> '"' + cell.replace("\"", "\"\"") + '"').toList())
        + "\n";
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL, file + ": can't be written (expected: a disk with room). Make room.", e);
    }
  }
}
