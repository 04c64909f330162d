package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.bench.simulate.SimulateBench;
import io.tributary.cli.output.Console;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "simulate",
    description = {
      "Measures simulated client-rounds a second, each case in a process of its own.",
      "Ends with 1 where a limit is not kept. Memory needs Linux."
    },
    footer = {"", "Example:", "  tributary bench simulate --cases noop"})
final class BenchSimulate extends BaseCommand {
  @Option(
      names = "--cases",
      paramLabel = "LIST",
      defaultValue = "noop",
      description = {
        "noop: 1,000 nodes that train nothing, 100 a round; also forced to the disk, four times as",
        "many, and 10,000 of them; lenet-fmnist: 100 nodes of 600 pictures, 10 a round",
        "(default: ${DEFAULT-VALUE})."
      })
  String cases = "noop";

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Rounds of noop (default: ${DEFAULT-VALUE}).")
  int rounds = 2_000;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Nodes that work at the same time (default: the cores).")
  int workers = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "/usr/share/datasets/fashion-mnist",
      description = "Folder of Fashion-MNIST's four files (default: ${DEFAULT-VALUE}).")
  Path data = Path.of("");

  @Option(
      names = "--against",
      arity = "1..*",
      paramLabel = "WORD",
      description = {
        "A command that does the work of lenet-fmnist, run in between; its last line is JSON with",
        "overall_client_rounds_per_s."
      })
  List<String> against = new ArrayList<>();

  @Option(
      names = "--keep-files",
      paramLabel = "DIR",
      description = "Folder for all files, logs included, new or empty (default: a temporary one).")
  Optional<Path> keep = Optional.empty();

  BenchSimulate(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    var bench =
        new SimulateBench(
            new SimulateBench.Order(
                List.of(cases.split(",")), rounds, workers, resolve(data), against));
    return BenchRun.run(bench, keep.map(this::resolve), console);
  }
}
