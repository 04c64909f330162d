package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.bench.PerformanceBench;
import io.tributary.cli.bench.RoundsBench;
import io.tributary.cli.output.Console;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "rounds",
    description = {
      "Measures rounds whose worker does nothing: real processes over mutual TLS, from the",
      "journaled opening to the journaled commit. Ends with 1 where a limit is not kept."
    },
    footer = {"", "Example:", "  tributary bench rounds --nodes 3 --rounds 100"})
final class BenchRounds extends BaseCommand {
  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "Nodes, each a process (default: ${DEFAULT-VALUE}).")
  int nodes = 3;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "100",
      description = "Rounds of the run (default: ${DEFAULT-VALUE}).")
  int rounds = 100;

  @Option(
      names = "--virtual",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Nodes of the case virtual (default: ${DEFAULT-VALUE}).")
  int virtual = 1_000;

  @Option(
      names = "--cases",
      paramLabel = "LIST",
      defaultValue = "few,torch,many,virtual",
      description = {
        "few: the nodes without PyTorch; torch: the same with it; many: 50 nodes in 5 processes;",
        "virtual: in one process, without a network (default: ${DEFAULT-VALUE})."
      })
  String cases = "few,torch,many,virtual";

  @Option(
      names = "--keep-files",
      paramLabel = "DIR",
      description = "Folder for all files, logs included, new or empty (default: a temporary one).")
  Optional<Path> keep = Optional.empty();

  BenchRounds(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    PerformanceBench bench =
        new RoundsBench(new RoundsBench.Order(nodes, rounds, virtual, List.of(cases.split(","))));
    return BenchRun.run(bench, keep.map(this::resolve), console);
  }
}
