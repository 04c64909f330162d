package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.config.ConfigFile;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.output.Console;
import io.tributary.client.check.NodeCheck;
import io.tributary.client.config.NodeConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "check",
    description = {
      "Checks what a node needs, each line with its fix: configuration, certificates, a real",
      "handshake with the coordinator, disk, memory, device, data. Exit code 1 when one failed."
    },
    footer = {"", "Example:", "  tributary node check --config node.yaml"})
final class NodeCheckCommand extends BaseCommand {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The node's configuration, a YAML file.")
  Path config = Path.of("");

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A value put over the file's; repeatable.")
  List<String> settings = new ArrayList<>();

  NodeCheckCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    Overrides overrides = Overrides.of("node", settings, surroundings().environment());
    NodeConfig node = ConfigFile.read(resolve(config), overrides).as(NodeConfig::read);
    return Findings.print(NodeCheck.run(node), console);
  }
}
