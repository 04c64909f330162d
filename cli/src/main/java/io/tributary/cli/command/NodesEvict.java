package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.view.NodeStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "evict",
    description = {
      "Ends a node's connection. It may join again: to keep it out, revoke its certificate."
    },
    footer = {"", "Example:", "  tributary nodes evict hospital-a --reason maintenance"})
final class NodesEvict extends BaseCommand {
  @Parameters(index = "0", paramLabel = "NODE", description = "The node's name.")
  String name = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "evicted by an operator",
      description = "What the node is told (default: ${DEFAULT-VALUE}).")
  String reason = "evicted by an operator";

  @Mixin OperatorOptions operator = new OperatorOptions();

  NodesEvict(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    try (OperatorConnection connection = operator.connect(surroundings())) {
      NodeStatus node = connection.calls().evictNode(name, reason);
      console.line(node.name() + ": " + node.state());
      console.json(node.toJson());
    }
    return 0;
  }
}
