package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.config.PlanFile;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.rpc.OperatorCalls;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.run.RunStarter;
import io.tributary.cli.view.RunStatus;
import io.tributary.federation.json.JsonValue;
import io.tributary.transport.artifact.TransferListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "start",
    description = {
      "Starts a run from a plan: sends the base model's files that the coordinator lacks, then",
      "the plan with every default written in. The run goes on without this command."
    },
    footer = {
      "",
      "Examples:",
      "  tributary run start plan.yaml",
      "  tributary run start plan.yaml --set federation.rounds=8 --set train.epochs=2",
      "  tributary run start plan.yaml --from gloss-topics-k3f9:last"
    })
final class RunStart extends BaseCommand {
  @Parameters(index = "0", paramLabel = "PLAN", description = "The plan, a YAML file.")
  Path plan = Path.of("");

  @Option(
      names = "--from",
      paramLabel = "CHECKPOINT",
      description = {
        "Goes on from a kept checkpoint: RUN (its best), RUN:best, RUN:last, RUN:ROUND or the",
        "digest of a checkpoint's manifest. It must fit the plan: the same base, task, labels",
        "and trained part."
      })
  Optional<String> from = Optional.empty();

  @Mixin OperatorOptions operator = new OperatorOptions();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A value put over the plan's; repeatable.")
  List<String> settings = new ArrayList<>();

  RunStart(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    Overrides overrides = Overrides.of("plan", settings, surroundings().environment());
    PlanFile file = PlanFile.read(resolve(plan), overrides);
    try (OperatorConnection connection = operator.connect(surroundings())) {
      RunStatus run =
          RunStarter.start(file, from(connection.calls()), connection, progress(console));
      console.line("run " + run.run() + " started");
      String config = operator.again();
      console.line("next: tributary run watch " + run.run() + config);
      console.line("      tributary run show " + run.run() + config);
      console.line("      tributary run stop " + run.run() + config);
      console.json(
          JsonValue.object()
              .put("run", run.run())
              .put("planDigest", run.planDigest())
              .put("state", run.state())
              .put("from", run.from())
              .build());
    }
    return 0;
  }

  /** The start of a run's id is enough here too. */
  private String from(OperatorCalls calls) {
    if (from.isEmpty() || from.get().startsWith("sha256:")) {
      return from.orElse("");
    }
    String text = from.get();
    int colon = text.indexOf(':');
    String run = colon < 0 ? text : text.substring(0, colon);
    return RunName.resolve(calls, run) + (colon < 0 ? "" : text.substring(colon));
  }

  private static TransferListener progress(Console console) {
    if (!console.live()) {
      return TransferListener.silent();
    }
    long[] shown = {-1};
    return (done, total) -> {
      long percent = total == 0 ? 100 : done * 100 / total;
      if (percent != shown[0]) {
        shown[0] = percent;
        String text =
            "sending the base model: " + Figures.bytes(done) + " of " + Figures.bytes(total);
        console.raw("\r\u001b[2K" + (done == total ? "" : text));
      }
    };
  }
}
