package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.bench.HubBench;
import io.tributary.cli.output.Console;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "hub",
    description = {
      "Measures rounds of a model of 100 MB against the number of nodes: seconds, MB/s, and the",
      "peak memory of coordinator, nodes and workers. Ends with 1 where a limit is not kept."
    },
    footer = {"", "Example:", "  tributary bench hub --nodes 2,4,8"})
final class BenchHub extends BaseCommand {
  @Option(
      names = "--nodes",
      paramLabel = "LIST",
      split = ",",
      defaultValue = "2,4,8",
      description = "Numbers of nodes (default: ${DEFAULT-VALUE}).")
  List<Integer> nodes = List.of(2, 4, 8);

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "9",
      description = "Rounds of each run (default: ${DEFAULT-VALUE}).")
  int rounds = 9;

  @Option(
      names = "--keep-files",
      paramLabel = "DIR",
      description = "Folder for all files, logs included, new or empty (default: a temporary one).")
  Optional<Path> keep = Optional.empty();

  BenchHub(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    var bench = new HubBench(new HubBench.Order(nodes, rounds));
    return BenchRun.run(bench, keep.map(this::resolve), console);
  }
}
