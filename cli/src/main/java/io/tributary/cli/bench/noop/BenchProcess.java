package io.tributary.cli.bench.noop;

import io.tributary.cli.config.ConfigFile;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.service.LogSetup;
import io.tributary.cli.service.StopSignal;
import io.tributary.client.Node;
import io.tributary.client.NodeParts;
import io.tributary.client.config.NodeConfig;
import io.tributary.coordinator.Coordinator;
import io.tributary.coordinator.CoordinatorSeams;
import io.tributary.coordinator.config.CoordinatorConfig;
import io.tributary.training.worker.ChildWorker;
import io.tributary.training.worker.ChildWorkerOptions;
import io.tributary.training.worker.Worker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A coordinator, or some nodes, as their commands run them, but with a worker that does nothing and
 * with a note of every wait for the disk. Ends with its standard input.
 */
public final class BenchProcess {
  private static final String VERSION = "bench";
  private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

  /** Where a worker lives. */
  private enum Place {
    /** A child process, as in service. */
    CHILD,
    /** This process: where many nodes share it. */
    HERE,
    /** A child process with PyTorch, which trains. */
    TORCH;

    Worker open() {
      return switch (this) {
        case HERE -> new NoOpWorker();
        case CHILD -> ChildWorker.open(ChildWorkerOptions.defaults().withMain(NoOpChild.class));
        case TORCH -> ChildWorker.open(ChildWorkerOptions.defaults());
      };
    }
  }

  private BenchProcess() {}

  /**
   * Arguments: {@code coordinator} or {@code nodes}, {@code child}, {@code here} or {@code torch},
   * the file for the trace, one configuration or, for nodes, several.
   */
  public static void main(String[] arguments) throws InterruptedException {
    LogSetup.takeOverJavaLogging();
    LogSetup.service("info", false);
    Place place = Place.valueOf(arguments[1].toUpperCase(java.util.Locale.ROOT));
    Path trace = Path.of(arguments[2]);
    List<Path> files = Arrays.stream(arguments).skip(3).map(Path::of).toList();
    if (arguments[0].equals("coordinator")) {
      coordinator(files.get(0), place, trace);
    } else {
      nodes(files, place, trace);
    }
    System.exit(0);
  }

  private static void coordinator(Path file, Place place, Path trace) throws InterruptedException {
    var disk = new DiskTrace();
    CoordinatorConfig config = read(file).as(CoordinatorConfig::read);
    CoordinatorSeams seams =
        CoordinatorSeams.ofService(VERSION, ignored -> place.open())
            .withDisk(disk.disk())
            .withJournals(disk::journal);
    try (Coordinator coordinator = Coordinator.start(config, seams)) {
      StopSignal signal = StopSignal.install(true, () -> coordinator.close(STOP_WITHIN));
      coordinator.awaitEnd();
      signal.stop();
    }
    disk.write(trace);
  }

  private static void nodes(List<Path> files, Place place, Path trace) throws InterruptedException {
    var disk = new DiskTrace();
    List<Node> nodes = new ArrayList<>();
    for (Path file : files) {
      NodeParts parts =
          NodeParts.real().version(VERSION).disk(disk.disk()).worker(config -> place.open());
      nodes.add(Node.start(read(file).as(NodeConfig::read), parts));
    }
    var stopped = new CountDownLatch(1);
    StopSignal.install(true, stopped::countDown);
    stopped.await();
    nodes.forEach(Node::close);
    disk.write(trace);
  }

  private static ConfigFile read(Path file) {
    return ConfigFile.read(file, Overrides.none());
  }
}
