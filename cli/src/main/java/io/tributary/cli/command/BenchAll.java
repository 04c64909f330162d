package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.bench.FigureTable;
import io.tributary.cli.bench.Measured;
import io.tributary.cli.bench.PageFile;
import io.tributary.cli.bench.PerformanceBench;
import io.tributary.cli.bench.PerformanceBenches;
import io.tributary.cli.output.Console;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "all",
    description = {
      "Runs the benches of docs/reference/performance.md one after the other, with their usual",
      "settings, and writes that page. Ends with 1 where a limit is not kept."
    },
    footer = {
      "",
      "Example:",
      "  tributary bench all --write docs/reference/performance.md --only start"
    })
final class BenchAll extends BaseCommand {
  @Option(
      names = "--only",
      paramLabel = "LIST",
      description = "Names of benches; the sections of others stay (default: all).")
  Optional<String> only = Optional.empty();

  @Option(
      names = "--write",
      paramLabel = "FILE",
      description = "The page to write or to renew (default: none).")
  Optional<Path> page = Optional.empty();

  BenchAll(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    List<PerformanceBench> benches =
        only.map(PerformanceBenches::named).orElseGet(PerformanceBenches::all);
    console.note(
        "benches: "
            + benches.stream().map(PerformanceBench::name).collect(Collectors.joining(", ")));
    Optional<PageFile> file = page.map(this::resolve).map(PageFile::new);
    boolean kept = true;
    for (PerformanceBench bench : benches) {
      List<Measured> figures = BenchRun.figures(bench, Optional.empty(), console);
      kept &= FigureTable.print(figures, console);
      file.ifPresent(writable -> writable.put(bench, figures));
    }
    return kept ? 0 : 1;
  }
}
