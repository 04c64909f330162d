package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.demo.Demo;
import io.tributary.cli.demo.DemoOrder;
import io.tributary.cli.output.Console;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description = {
      "Shows a whole federation on this machine: one coordinator and three node processes over",
      "mutual TLS fine-tune a real model on real texts, then each site tries it alone.",
      "Takes up to 5 minutes on two cores, with --quick up to 90 seconds."
    },
    footer = {
      "",
      "Examples:",
      "  tributary demo --quick",
      "  tributary demo --seed 3 --keep /tmp/my-demo --json"
    })
final class DemoCommand extends BaseCommand {
  @Option(names = "--quick", description = "Fewer examples and rounds, and no site trains alone.")
  boolean quick;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of data and training; the same seed gives the same final digest.")
  long seed = 1;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Folder to use, new or empty (default: ./tributary-demo, numbered).")
  Optional<Path> keep = Optional.empty();

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "Number of sites (default: ${DEFAULT-VALUE}).")
  int nodes = 3;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Number of rounds (default: 4, with --quick 2).")
  Optional<Integer> rounds = Optional.empty();

  DemoCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    Demo.run(
        new DemoOrder(surroundings().folder(), keep.map(this::resolve), seed, quick, nodes, rounds),
        console);
    return 0;
  }
}
