package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.Version;
import io.tributary.cli.output.Console;
import io.tributary.cli.service.OpenFiles;
import io.tributary.cli.service.StopSignal;
import io.tributary.coordinator.Coordinator;
import io.tributary.coordinator.CoordinatorSeams;
import io.tributary.coordinator.config.CoordinatorConfig;
import io.tributary.federation.json.JsonValue;
import io.tributary.training.worker.ChildWorker;
import io.tributary.training.worker.ChildWorkerOptions;
import io.tributary.training.worker.Worker;
import io.tributary.training.worker.WorkerOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "run",
    description = {
      "Runs the coordinator: takes up the runs in its state folder and serves nodes and operators.",
      "Ctrl-C stops it; runs go on at the next start."
    },
    footer = {"", "Example:", "  tributary coordinator run --config coordinator.yaml"})
final class CoordinatorRun extends BaseCommand {
  private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

  @Mixin ServiceOptions service = new ServiceOptions();

  CoordinatorRun(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) throws InterruptedException {
    OpenFiles.check();
    service.startLogs();
    CoordinatorConfig config =
        service.read("coordinator", surroundings()).as(CoordinatorConfig::read);
    CoordinatorSeams seams =
        CoordinatorSeams.ofService(Version.ofBuild().number(), CoordinatorRun::worker);
    try (Coordinator coordinator = Coordinator.start(config, seams)) {
      StopSignal signal =
          StopSignal.install(service.stopWithInput, () -> coordinator.close(STOP_WITHIN));
      announce(console, config, coordinator.serving());
      coordinator.awaitEnd();
      signal.stop();
      console.line("coordinator stopped; runs go on at the next start");
    }
    return 0;
  }

  private static void announce(
      Console console, CoordinatorConfig config, Coordinator.Serving serving) {
    console.line(
        "coordinator of "
            + config.federation()
            + " serves: control "
            + shown(serving.control())
            + serving.bulk().map(b -> ", bulk " + shown(Optional.of(b))).orElse("")
            + ", state "
            + config.state());
    console.json(
        JsonValue.object()
            .put("event", "serving")
            .put("control", shown(serving.control()))
            .put("bulk", shown(serving.bulk()))
            .build());
  }

  private static String shown(Optional<InetSocketAddress> address) {
    return address.map(a -> a.getHostString() + ":" + a.getPort()).orElse("");
  }

  /** The worker that evaluates, in a process of its own. */
  static Worker worker(CoordinatorConfig config) {
    WorkerOptions options =
        WorkerOptions.defaults()
            .withThreads(config.threads())
            .withDevice(config.device().toString());
    ChildWorkerOptions child =
        ChildWorkerOptions.defaults().withWorker(options).withLibtorch(config.libtorch());
    return ChildWorker.open(config.limits().memory().map(child::withMemory).orElse(child));
  }
}
