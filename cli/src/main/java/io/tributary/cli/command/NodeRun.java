package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.Version;
import io.tributary.cli.output.Console;
import io.tributary.cli.service.OpenFiles;
import io.tributary.cli.service.StopSignal;
import io.tributary.client.Node;
import io.tributary.client.NodeEnd;
import io.tributary.client.NodeParts;
import io.tributary.client.config.NodeConfig;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "run",
    description = {
      "Runs a node: joins the coordinator, trains what it is asked to, submits, reconnects by",
      "itself. Ctrl-C stops it; a finished update is kept and submitted by the next start."
    },
    footer = {"", "Example:", "  tributary node run --config node.yaml"})
final class NodeRun extends BaseCommand {
  private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

  @Mixin ServiceOptions service = new ServiceOptions();

  NodeRun(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) throws InterruptedException {
    OpenFiles.check();
    service.startLogs();
    NodeConfig config = service.read("node", surroundings()).as(NodeConfig::read);
    try (Node node = Node.start(config, NodeParts.real().version(Version.ofBuild().number()))) {
      console.line(
          "node started for " + config.coordinator().control() + ", state " + config.state());
      StopSignal signal = StopSignal.install(service.stopWithInput, () -> node.close(STOP_WITHIN));
      NodeEnd end = node.awaitEnd();
      signal.stop();
      console.json(
          JsonValue.object()
              .put("phase", end.phase().toString())
              .put("sentence", end.sentence())
              .build());
      if (end.failure().isPresent()) {
        ErrorKind kind = end.failure().get();
        throw new FederationException(kind, end.sentence());
      }
      console.line("node stopped");
    }
    return 0;
  }
}
