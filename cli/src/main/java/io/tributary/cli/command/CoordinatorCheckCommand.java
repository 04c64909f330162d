package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.check.CoordinatorCheck;
import io.tributary.cli.config.ConfigFile;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.output.Console;
import io.tributary.coordinator.config.CoordinatorConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "check",
    description = {
      "Checks what a coordinator needs, each line with its fix: configuration, certificate,",
      "revocations, state, ports, held-out data, device. Exit code 1 when one failed."
    },
    footer = {"", "Example:", "  tributary coordinator check --config coordinator.yaml"})
final class CoordinatorCheckCommand extends BaseCommand {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The coordinator's configuration, a YAML file.")
  Path config = Path.of("");

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A value put over the file's; repeatable.")
  List<String> settings = new ArrayList<>();

  CoordinatorCheckCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    Overrides overrides = Overrides.of("coordinator", settings, surroundings().environment());
    CoordinatorConfig read =
        ConfigFile.read(resolve(config), overrides).as(CoordinatorConfig::read);
    return Findings.print(
        CoordinatorCheck.run(read, CertsSupport.clock().instant(), CoordinatorRun::worker),
        console);
  }
}
