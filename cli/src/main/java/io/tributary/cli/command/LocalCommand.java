package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.demo.DemoLayout;
import io.tributary.cli.demo.LocalTrial;
import io.tributary.cli.output.Console;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "local",
    description = {
      "Tries a plan on this machine: one coordinator and a node process for each site, over mutual",
      "TLS, from a folder with federation.yaml, plan.yaml and the data they name."
    },
    footer = {
      "",
      "Examples:",
      "  tributary local examples/topics",
      "  tributary local examples/fraud --set federation.rounds=2"
    })
final class LocalCommand extends BaseCommand {
  @Parameters(paramLabel = "FOLDER", description = "Folder with federation.yaml and plan.yaml.")
  Path folder = Path.of("");

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A key of the plan, such as train.epochs=2; may be repeated.")
  List<String> settings = List.of();

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Folder to use, new or empty (default: ./tributary-local, numbered).")
  Optional<Path> keep = Optional.empty();

  LocalCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    Path from = surroundings().folder();
    Path work =
        keep.map(this::resolve).orElseGet(() -> DemoLayout.fresh(from.resolve("tributary-local")));
    LocalTrial.run(resolve(folder), Overrides.of("plan", settings, Map.of()), from, work, console);
    return 0;
  }
}
