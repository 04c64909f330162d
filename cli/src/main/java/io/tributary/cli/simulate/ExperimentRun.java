package io.tributary.cli.simulate;

import io.tributary.cli.config.Overrides;
import io.tributary.cli.config.PlanFile;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.output.Table;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.plan.Direction;
import io.tributary.federation.plan.EvaluationPlan;
import io.tributary.federation.plan.Metric;
import io.tributary.simulations.report.LineChart;
import io.tributary.simulations.report.Page;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A grid of simulations, one after the other, and one report of all. A cell whose report is there
 * is not run again, so that an experiment that was cut goes on where it was.
 */
public final class ExperimentRun {
  private final ExperimentFile file;
  private final Path into;
  private final Console console;

  private ExperimentRun(ExperimentFile file, Path into, Console console) {
    this.file = file;
    this.into = into;
    this.console = console;
  }

  /**
   * Runs what is left of an experiment and reports all of it.
   *
   * @param into folder for cells and report; that of a cut experiment to go on
   */
  public static void run(Path experiment, Path into, Console console) {
    new ExperimentRun(ExperimentFile.read(experiment), into, console).run();
  }

  private void run() {
    if (!file.about().isEmpty()) {
      console.line(console.style().bold(file.about()));
    }
    Metric metric = evaluation().metric();
    List<ExperimentFile.Cell> cells = file.cells();
    Map<String, List<ExperimentCurve>> rows = new LinkedHashMap<>();
    for (int i = 0; i < cells.size(); i++) {
      ExperimentFile.Cell cell = cells.get(i);
      ExperimentCurve curve = curve(cell, metric, i + 1, cells.size());
      rows.computeIfAbsent(cell.row(), row -> new ArrayList<>()).add(curve);
    }
    report(metric, rows);
  }

  /** The cells' plans may differ, but not in what names the best round. */
  private EvaluationPlan evaluation() {
    // the plan's folder of a base model may be one that the simulation makes
    List<String> anyBase = List.of("model.base=" + file.plan().toAbsolutePath().getParent());
    return PlanFile.read(file.plan(), Overrides.of("plan", anyBase, Map.of())).plan().evaluation();
  }

  private ExperimentCurve curve(ExperimentFile.Cell cell, Metric metric, int number, int all) {
    Path folder = into.resolve(cell.name());
    String place = "cell " + number + " of " + all + ", " + cell.row() + ", seed " + cell.seed();
    Optional<ExperimentCurve> known = ExperimentCurve.read(folder.resolve("report.json"), metric);
    if (known.isPresent()) {
      console.line(place + ": " + Figures.fixed(known.get().last(), 4) + ", run before");
      return known.get();
    }
    DurableFiles.unforced().deleteTree(folder);
    ExperimentFile.Strategy strategy = file.strategies().get(cell.strategy());
    if (strategy == null) {
      throw new IllegalStateException("a cell of no strategy");
    }
    List<String> plan = new ArrayList<>(strategy.plan());
    plan.add("seed=" + cell.seed());
    List<String> simulation = new ArrayList<>();
    if (!cell.partition().isEmpty()) {
      simulation.add("partition=" + cell.partition());
    }
    simulation.addAll(strategy.simulation());
    simulation.add("seed=" + cell.seed());
    SimulationRun.run(
        new SimulationRun.Order(file.plan(), file.simulation(), plan, simulation, folder),
        console.withoutAnswers());
    ExperimentCurve made =
        ExperimentCurve.read(folder.resolve("report.json"), metric).orElseThrow();
    console.line(
        place + ": " + Figures.fixed(made.last(), 4) + ", " + Figures.seconds(made.seconds()));
    return made;
  }

  private void report(Metric metric, Map<String, List<ExperimentCurve>> rows) {
    boolean larger = metric.direction() == Direction.MAXIMIZE;
    List<ExperimentSummary> summaries =
        rows.entrySet().stream()
            .map(row -> new ExperimentSummary(row.getKey(), row.getValue(), larger, file.target()))
            .toList();
    List<String> heads = heads(metric);
    List<List<String>> cells = cells(summaries, larger);
    Table table = Table.of(heads.toArray(String[]::new));
    cells.forEach(row -> table.row(row.toArray(String[]::new)));
    console.line("");
    console.lines(table.render(console.style()));
    write("report.csv", csv(heads, cells));
    Page page = new Page("Experiment: " + (file.about().isEmpty() ? metric.token() : file.about()));
    page.paragraph(
        "Mean ± standard deviation over the seeds; = where the difference to the best is no more"
            + " than both deviations together.");
    page.table(heads, cells);
    page.picture(
        LineChart.draw(
            metric.token() + " on the selection part",
            summaries.stream().map(ExperimentSummary::curve).toList()));
    write("report.html", page.html());
    JsonValue json =
        JsonValue.object()
            .put("metric", metric.token())
            .put("rows", JsonValue.array(summaries.stream().map(s -> s.toJson()).toList()))
            .build();
    write("report.json", json.canonical() + "\n");
    console.line("");
    console.line("report  " + into.resolve("report.html"));
    console.json(json);
  }

  private List<String> heads(Metric metric) {
    List<String> heads =
        new ArrayList<>(
            List.of("strategy", "base", "best " + metric.token(), "", "last " + metric.token()));
    if (file.target().isPresent()) {
      heads.add("rounds to " + file.target().getAsDouble());
    }
    heads.add("bytes");
    return heads;
  }

  private List<List<String>> cells(List<ExperimentSummary> summaries, boolean larger) {
    ExperimentSummary.Spread top =
        summaries.stream()
            .map(ExperimentSummary::best)
            .reduce((one, other) -> (other.mean() > one.mean()) == larger ? other : one)
            .orElseThrow();
    List<List<String>> rows = new ArrayList<>();
    for (ExperimentSummary summary : summaries) {
      ExperimentSummary.Spread best = summary.best();
      String mark = best.equals(top) ? "best" : best.sameAs(top) ? "=" : "";
      List<String> row =
          new ArrayList<>(
              List.of(
                  summary.row(),
                  Figures.fixed(summary.base().mean(), 4),
                  best.text(),
                  mark,
                  summary.last().text()));
      if (file.target().isPresent()) {
        row.add(summary.rounds());
      }
      row.add(summary.bytes());
      rows.add(row);
    }
    return rows;
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

  private void write(String name, String text) {
    try {
      Files.writeString(into.resolve(name), text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL, into + ": can't be written (expected: a disk with room). Make room.", e);
    }
  }
}
