package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.view.NodeStatus;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    description = "Shows one node.",
    footer = {"", "Example:", "  tributary nodes show hospital-a"})
final class NodesShow extends BaseCommand {
  @Parameters(index = "0", paramLabel = "NODE", description = "The node's name.")
  String name = "";

  @Mixin OperatorOptions operator = new OperatorOptions();

  NodesShow(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    try (OperatorConnection connection = operator.connect(surroundings())) {
      NodeStatus node = find(connection.calls().listNodes());
      console.line("node         " + console.style().bold(node.name()));
      console.line("state        " + node.state() + since(node));
      console.line("works on     " + (node.assignment().isEmpty() ? "–" : node.assignment()));
      console.line("examples     " + NodesList.examples(node));
      console.line("device       " + node.device());
      console.line("version      " + node.version());
      console.line(
          "certificate  "
              + node.certificateSerial()
              + node.certificateEnds().map(t -> ", until " + CertsSupport.day(t)).orElse(""));
      console.json(node.toJson());
    }
    return 0;
  }

  private static String since(NodeStatus node) {
    return node.since().map(time -> " since " + time).orElse("");
  }

  private NodeStatus find(List<NodeStatus> nodes) {
    return nodes.stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                FederationException.of(
                    ErrorKind.NOT_FOUND,
                    "node",
                    name,
                    nodes.isEmpty()
                        ? "a known node; none is known yet"
                        : String.join(", ", nodes.stream().map(NodeStatus::name).toList()),
                    "Check the name."));
  }
}
