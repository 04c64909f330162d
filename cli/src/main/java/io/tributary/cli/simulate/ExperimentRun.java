package io.tributary.cli.simulate;

import io.tributary.cli.config.Overrides;
import io.tributary.cli.config.PlanFile;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.federation.plan.EvaluationPlan;
import io.tributary.federation.plan.Metric;
import io.tributary.transport.artifact.DurableFiles;
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
    List<ExperimentFile.Cell> cells = new ArrayList<>(file.cells());
    int federated = cells.size();
    cells.addAll(file.referenceCells());
    Map<String, List<ExperimentCurve>> rows = new LinkedHashMap<>();
    Map<String, String> partitions = new LinkedHashMap<>();
    Map<String, List<ExperimentCurve>> references = new LinkedHashMap<>();
    for (int i = 0; i < cells.size(); i++) {
      ExperimentFile.Cell cell = cells.get(i);
      String place = "cell " + (i + 1) + " of " + cells.size() + ", " + cell.title();
      ExperimentCurve curve = curve(cell, metric, place);
      (i < federated ? rows : references)
          .computeIfAbsent(cell.row(), row -> new ArrayList<>())
          .add(curve);
      partitions.put(cell.row(), cell.partition());
    }
    new ExperimentReport(file, metric, rows, partitions, references).write(into, console);
  }

  /** The cells' plans may differ, but not in what names the best round. */
  private EvaluationPlan evaluation() {
    // the plan's folder of a base model may be one that the simulation makes
    List<String> anyBase = List.of("model.base=" + file.plan().toAbsolutePath().getParent());
    return PlanFile.read(file.plan(), Overrides.of("plan", anyBase, Map.of())).plan().evaluation();
  }

  private ExperimentCurve curve(ExperimentFile.Cell cell, Metric metric, String place) {
    Path folder = into.resolve(cell.name());
    Optional<ExperimentCurve> known = ExperimentCurve.read(folder.resolve("report.json"), metric);
    if (known.isPresent()) {
      console.line(place + ": " + Figures.fixed(known.get().last(), 4) + ", run before");
      return known.get();
    }
    DurableFiles.unforced().deleteTree(folder);
    var display = new CellDisplay(console, place, metric);
    display.begin();
    try {
      SimulationRun.run(order(cell, folder), console.withoutAnswers(), display::show);
    } finally {
      display.end();
    }
    ExperimentCurve made =
        ExperimentCurve.read(folder.resolve("report.json"), metric).orElseThrow();
    console.line(
        place + ": " + Figures.fixed(made.last(), 4) + ", " + Figures.seconds(made.seconds()));
    return made;
  }

  private SimulationRun.Order order(ExperimentFile.Cell cell, Path folder) {
    ExperimentFile.Strategy strategy = file.strategies().get(cell.strategy());
    if (strategy == null) {
      return new SimulationRun.Order(
          file.plan(),
          file.simulation(),
          file.references().plan(cell.seed()),
          file.references().simulation(cell),
          folder);
    }
    List<String> plan = new ArrayList<>(strategy.plan());
    plan.add("seed=" + cell.seed());
    List<String> simulation = new ArrayList<>();
    if (!cell.partition().isEmpty()) {
      simulation.add("partition=" + cell.partition());
    }
    simulation.addAll(strategy.simulation());
    simulation.add("seed=" + cell.seed());
    if (file.references().worstNode()) {
      simulation.add("per-node=true");
    }
    return new SimulationRun.Order(file.plan(), file.simulation(), plan, simulation, folder);
  }
}
