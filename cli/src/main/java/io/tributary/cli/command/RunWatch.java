package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.view.RunDisplay;
import io.tributary.cli.view.RunStatus;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "watch",
    description = {
      "Shows a run live until it ends or is paused; ending this command does not end the run.",
      "Exit code 0 when the run completed or was stopped or paused, 1 when it failed."
    },
    footer = {"", "Example:", "  tributary run watch gloss-topics-k3f9"})
final class RunWatch extends BaseCommand {
  @Parameters(index = "0", paramLabel = "RUN", description = RunName.HELP)
  String run = "";

  @Mixin OperatorOptions operator = new OperatorOptions();

  RunWatch(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    var last = new AtomicReference<String>("");
    var display = new RunDisplay(console);
    try (OperatorConnection connection = operator.connect(surroundings())) {
      connection
          .calls()
          .watchRun(
              RunName.resolve(connection.calls(), run), status -> show(status, display, last));
    }
    return "failed".equals(last.get()) ? 1 : 0;
  }

  private static boolean show(RunStatus status, RunDisplay display, AtomicReference<String> last) {
    display.show(status);
    last.set(status.state());
    return !status.over() && !status.state().equals("paused");
  }
}
