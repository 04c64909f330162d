package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.output.Table;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.view.NodeStatus;
import io.tributary.federation.json.JsonValue;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "list",
    description = "Lists the nodes that the coordinator knows.",
    footer = {"", "Example:", "  tributary nodes list --config operator.yaml"})
final class NodesList extends BaseCommand {
  @Mixin OperatorOptions operator = new OperatorOptions();

  NodesList(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    try (OperatorConnection connection = operator.connect(surroundings())) {
      List<NodeStatus> nodes = connection.calls().listNodes();
      Table table =
          Table.of(
              "node", "state", ">examples", "device", "version", "works on", "certificate until");
      for (NodeStatus node : nodes) {
        table.row(
            node.name(),
            node.state(),
            examples(node),
            node.device(),
            node.version(),
            node.assignment().isEmpty() ? "–" : node.assignment(),
            node.certificateEnds().map(CertsSupport::day).orElse("–"));
      }
      console.lines(nodes.isEmpty() ? List.of("no nodes") : table.render(console.style()));
      console.json(JsonValue.array(nodes.stream().map(NodeStatus::toJson).toList()));
    }
    return 0;
  }

  /** How many examples a node declares; without any it is never drawn. */
  static String examples(NodeStatus node) {
    return node.trainExamples() == 0 ? "0, never drawn" : Figures.count(node.trainExamples());
  }
}
