package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.demo.DemoLayout;
import io.tributary.cli.output.Console;
import io.tributary.cli.simulate.ExperimentRun;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "experiment",
    description = {
      "Simulates a grid of strategies, partitions and seeds and reports all of it: mean and",
      "deviation, curves with bands, rounds and bytes to a target. Goes on where it was cut."
    },
    footer = {
      "",
      "Examples:",
      "  tributary experiment examples/experiments/synthetic.yaml",
      "  tributary experiment niid.yaml --into niid"
    })
final class ExperimentCommand extends BaseCommand {
  @Parameters(paramLabel = "FILE", description = "The experiment's file.")
  Path file = Path.of("");

  @Option(
      names = "--into",
      paramLabel = "DIR",
      description = {
        "Folder for cells and report; the folder of a cut experiment to go on",
        "(default: ./tributary-experiment, numbered)."
      })
  Optional<Path> into = Optional.empty();

  ExperimentCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    Path folder =
        into.map(this::resolve)
            .orElseGet(
                () -> DemoLayout.fresh(surroundings().folder().resolve("tributary-experiment")));
    ExperimentRun.run(existing(file), folder, console);
    return 0;
  }
}
