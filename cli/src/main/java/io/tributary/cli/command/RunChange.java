package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.rpc.OperatorCalls;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.view.RunScreen;
import io.tributary.cli.view.RunStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Commands that change the state of a run. */
abstract class RunChange extends BaseCommand {
  @Parameters(index = "0", paramLabel = "RUN", description = RunName.HELP)
  String run = "";

  @Mixin OperatorOptions operator = new OperatorOptions();

  RunChange(Surroundings surroundings) {
    super(surroundings);
  }

  abstract RunStatus change(OperatorCalls calls, String id);

  @Override
  final int run(Console console) {
    try (OperatorConnection connection = operator.connect(surroundings())) {
      RunStatus status = change(connection.calls(), RunName.resolve(connection.calls(), run));
      console.line(RunScreen.headline(status, console.style()));
      console.json(status.toJson());
    }
    return 0;
  }

  @Command(
      name = "stop",
      description = "Ends a run for good; its best checkpoint stays.",
      footer = {"", "Example:", "  tributary run stop gloss-topics-k3f9"})
  static final class Stop extends RunChange {
    Stop(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    RunStatus change(OperatorCalls calls, String id) {
      return calls.stopRun(id);
    }
  }

  @Command(
      name = "pause",
      description = "Holds a run: open work is cancelled, accepted updates stay.",
      footer = {"", "Example:", "  tributary run pause gloss-topics-k3f9"})
  static final class Pause extends RunChange {
    Pause(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    RunStatus change(OperatorCalls calls, String id) {
      return calls.pauseRun(id);
    }
  }

  @Command(
      name = "resume",
      description = "Lets a paused run go on in the same round.",
      footer = {"", "Example:", "  tributary run resume gloss-topics-k3f9"})
  static final class Resume extends RunChange {
    Resume(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    RunStatus change(OperatorCalls calls, String id) {
      return calls.resumeRun(id);
    }
  }
}
