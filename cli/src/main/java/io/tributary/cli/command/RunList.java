package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Table;
import io.tributary.cli.output.Text;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.view.RoundStatus;
import io.tributary.cli.view.RunStatus;
import io.tributary.federation.json.JsonValue;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "list",
    description = "Lists the coordinator's runs.",
    footer = {"", "Example:", "  tributary run list --config operator.yaml"})
final class RunList extends BaseCommand {
  /* What fits beside the other columns; `run show` tells the whole. */
  private static final int REASON = 60;

  @Mixin OperatorOptions operator = new OperatorOptions();

  RunList(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    try (OperatorConnection connection = operator.connect(surroundings())) {
      List<RunStatus> runs = connection.calls().listRuns();
      Table table = Table.of("run", "state", ">round", "figure", "started", "reason");
      for (RunStatus run : runs) {
        var figures = run.newest().flatMap(RoundStatus::evaluation);
        table.row(
            run.run(),
            run.state(),
            run.round() + " of " + run.plannedRounds(),
            figures
                .map(f -> run.chosenMetric().token() + " " + f.text(run.chosenMetric()))
                .orElse("–"),
            run.started().map(Object::toString).orElse("–"),
            Text.abbreviated(run.reason(), REASON));
      }
      console.lines(runs.isEmpty() ? List.of("no runs") : table.render(console.style()));
      console.json(JsonValue.array(runs.stream().map(RunStatus::toJson).toList()));
    }
    return 0;
  }
}
