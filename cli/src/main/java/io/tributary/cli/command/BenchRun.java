package io.tributary.cli.command;

import io.tributary.cli.bench.BenchFolder;
import io.tributary.cli.bench.FigureTable;
import io.tributary.cli.bench.Measured;
import io.tributary.cli.bench.PerformanceBench;
import io.tributary.cli.output.Console;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs one bench in a folder and prints its figures. */
final class BenchRun {
  private BenchRun() {}

  /** Exit code 0 where every limit was kept, else 1. */
  static int run(PerformanceBench bench, Optional<Path> keep, Console console) {
    List<Measured> figures = figures(bench, keep, console);
    return FigureTable.print(figures, console) ? 0 : 1;
  }

  /** The figures; nothing is printed. */
  static List<Measured> figures(PerformanceBench bench, Optional<Path> keep, Console console) {
    List<Measured> figures = new ArrayList<>();
    BenchFolder.use(
        keep,
        folder -> figures.addAll(bench.measure(folder, console)),
        folder -> console.note("files and logs stay in " + folder));
    return figures;
  }
}
