package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.federation.json.JsonValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "reload",
    description = {
      "Has the coordinator read its list of revoked certificates again.",
      "Open calls of a revoked peer end at once."
    },
    footer = {"", "Example:", "  tributary coordinator reload --config operator.yaml"})
final class CoordinatorReload extends BaseCommand {
  @Mixin OperatorOptions operator = new OperatorOptions();

  CoordinatorReload(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    try (OperatorConnection connection = operator.connect(surroundings())) {
      int revoked = connection.calls().reload();
      console.line("revoked certificates: " + revoked);
      console.json(JsonValue.object().put("revoked", revoked).build());
    }
    return 0;
  }
}
