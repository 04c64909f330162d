package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.bench.StartBench;
import io.tributary.cli.output.Console;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "start",
    description = {
      "Measures how long commands and services take from their start to their answer, each by the",
      "launcher in a process of its own. Ends with 1 where a limit is not kept."
    },
    footer = {"", "Example:", "  tributary bench start"})
final class BenchStart extends BaseCommand {
  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "9",
      description = "Starts of each (default: ${DEFAULT-VALUE}).")
  int samples = 9;

  BenchStart(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    return BenchRun.run(new StartBench(samples), Optional.empty(), console);
  }
}
