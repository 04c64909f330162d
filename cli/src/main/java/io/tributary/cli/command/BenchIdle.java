package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.bench.IdleBench;
import io.tributary.cli.output.Console;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "idle",
    description = {
      "Holds the connections of many nodes that have nothing to do, over mutual TLS, each with a",
      "certificate of its own, and shows what that costs the coordinator: memory, processor time,",
      "the time that joins take, and how nodes come back when it is killed. Ends with 1 when a bar",
      "is missed. Needs Linux; raises the limit of open files where that is allowed, and otherwise",
      "says how many nodes it leaves room for."
    },
    footer = {"", "Example:", "  tributary bench idle --nodes 1000 --joins 100 --minutes 1"})
final class BenchIdle extends BaseCommand {
  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Nodes that are held idle (default: ${DEFAULT-VALUE}).")
  int nodes = 10_000;

  @Option(
      names = "--joins",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Joins at once that are timed (default: ${DEFAULT-VALUE}).")
  int joins = 1_000;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      defaultValue = "2",
      description = "How long the idle coordinator is watched (default: ${DEFAULT-VALUE}).")
  double minutes = 2;

  @Option(
      names = "--keep-files",
      paramLabel = "DIR",
      description = {
        "Folder for all files, logs included, new, empty or of an earlier run of this bench, whose",
        "certificates are used again (default: a temporary one)."
      })
  Optional<Path> keep = Optional.empty();

  BenchIdle(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    var bench = new IdleBench(nodes, joins, Duration.ofMillis(Math.round(minutes * 60_000)));
    return BenchRun.run(bench, keep.map(this::resolve), console);
  }
}
