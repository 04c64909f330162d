package io.tributary.cli.bench;

import io.tributary.cli.bench.noop.BenchProcess;
import io.tributary.cli.bench.noop.Span;
import io.tributary.cli.config.ConfigFile;
import io.tributary.cli.config.OperatorConfig;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.config.PlanFile;
import io.tributary.cli.demo.DemoLayout;
import io.tributary.cli.process.Children;
import io.tributary.cli.process.JavaCommand;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.run.RunStarter;
import io.tributary.cli.view.RunStatus;
import io.tributary.coordinator.journal.Journal;
import io.tributary.coordinator.journal.SqliteJournal;
import io.tributary.coordinator.round.Staged;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.transport.artifact.TransferListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A coordinator and nodes as real processes over mutual TLS, whose workers do nothing; brings one
 * run to its end and tells what the journal, the processes and their waits for the disk say of it.
 */
final class NoOpFederation {
  private static final Duration JOINING = Duration.ofMinutes(3);
  private static final long LOOK_NANOS = 50_000_000;
  private static final long SELDOM_NANOS = 400_000_000;
  private static final int GRACE_SECONDS = 20;

  private final NoOpSettings settings;
  private final List<String> flags;
  private final Map<String, Long> pids = new LinkedHashMap<>();
  private final Map<String, Long> peaks = new LinkedHashMap<>();
  private double cpuSeconds;

  /**
   * What came of a run.
   *
   * @param journal rows of the run
   * @param spans waits for the disk, of all processes
   * @param peaks most resident bytes by process; a worker as {@code worker of NAME}
   * @param cpuSeconds of all processes, from the run's start to its end
   */
  record Outcome(
      List<Staged> journal, List<Span> spans, Map<String, Long> peaks, double cpuSeconds) {}

  /** Flags of the JVMs, such as {@code -Xmx256m}, go to every process of the federation. */
  NoOpFederation(NoOpSettings settings, List<String> flags) {
    this.settings = settings;
    this.flags = List.copyOf(flags);
  }

  /** Writes the files, starts the processes, runs the plan and ends them. */
  Outcome run() {
    NoOpFiles.write(settings);
    DemoLayout layout = settings.layout();
    var children = new Children(settings.folder(), layout.logs(), GRACE_SECONDS);
    var hook = new Thread(children::close, "bench-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    List<String> processes = new ArrayList<>();
    try (children) {
      start(children, processes, "coordinator", "coordinator", List.of(layout.coordinator()));
      List<List<String>> groups = settings.spread();
      for (int i = 0; i < groups.size(); i++) {
        List<Path> files = groups.get(i).stream().map(layout::node).toList();
        start(children, processes, "nodes-" + (i + 1), "nodes", files);
      }
      carryOut(children);
    } finally {
      CrashBench.removeHook(hook);
    }
    return new Outcome(journal(), spans(processes), peaks, cpuSeconds);
  }

  private void start(
      Children children, List<String> processes, String name, String word, List<Path> files) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of(word, settings.worker(), settings.trace(name).toString()));
    files.forEach(file -> arguments.add(file.toString()));
    String heap = settings.large() ? "256m" : "128m";
    pids.put(
        name,
        children
            .start(name, JavaCommand.of(BenchProcess.class.getName(), heap, flags, arguments))
            .process()
            .pid());
    processes.add(name);
  }

  private void carryOut(Children children) {
    OperatorConfig config =
        ConfigFile.read(settings.layout().operator(), Overrides.none()).as(OperatorConfig::read);
    try (OperatorConnection connection = OperatorConnection.open(config)) {
      awaitNodes(children, connection);
      String run =
          RunStarter.start(
                  PlanFile.read(settings.plan(), Overrides.none()),
                  connection,
                  TransferListener.silent())
              .run();
      double before = cpuSeconds();
      RunStatus end = await(children, connection, run);
      cpuSeconds = cpuSeconds() - before;
      if (!end.completed()) {
        throw FederationException.of(
            ErrorKind.WORKER_FAILED,
            "run of the bench",
            end.state() + " " + end.reason(),
            "completed",
            "See the logs in " + settings.layout().logs() + ".");
      }
    }
    pids.forEach(this::peak);
  }

  /** Looks seldom: each look costs the coordinator a view of all rounds. */
  private RunStatus await(Children children, OperatorConnection connection, String run) {
    while (true) {
      LockSupport.parkNanos(SELDOM_NANOS);
      children.checkAlive();
      RunStatus status = connection.calls().showRun(run);
      if (status.over() || status.state().equals("paused")) {
        return status;
      }
    }
  }

  /** Processor time of all processes and their workers so far. */
  private double cpuSeconds() {
    return pids.values().stream()
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .flatMap(process -> Stream.concat(Stream.of(process), process.children()))
        .flatMap(process -> process.info().totalCpuDuration().stream())
        .mapToDouble(time -> time.toMillis() / 1e3)
        .sum();
  }

  private void peak(String name, long pid) {
    peaks.put(name, ProcessSample.peakBytes(pid));
    ProcessHandle.of(pid)
        .ifPresent(
            process ->
                process
                    .children()
                    .forEach(
                        child ->
                            peaks.merge(
                                "worker of " + name,
                                ProcessSample.peakBytes(child.pid()),
                                Math::max)));
  }

  private void awaitNodes(Children children, OperatorConnection connection) {
    long until = System.nanoTime() + JOINING.toNanos();
    while (connected(connection) < settings.nodes()) {
      children.checkAlive();
      if (System.nanoTime() > until) {
        throw FederationException.of(
            ErrorKind.TIMED_OUT,
            "connected nodes",
            connected(connection),
            settings.nodes() + " within " + JOINING.toMinutes() + " min",
            "See the logs in " + settings.layout().logs() + ".");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private static long connected(OperatorConnection connection) {
    try {
      return connection.calls().listNodes().stream()
          .filter(node -> node.state().equals("connected"))
          .count();
    } catch (FederationException e) {
      if (BenchFederation.absent(e)) {
        return 0;
      }
      throw e;
    }
  }

  /** Its coordinator has ended: the files are whole. */
  private List<Staged> journal() {
    Path state = settings.folder().resolve("state").resolve("coordinator");
    try (Journal journal = SqliteJournal.open(state)) {
      return journal.history();
    }
  }

  private List<Span> spans(List<String> processes) {
    List<Span> spans = new ArrayList<>();
    for (String process : processes) {
      try {
        Files.readAllLines(settings.trace(process), StandardCharsets.UTF_8)
            .forEach(line -> spans.add(Span.parse(line)));
      } catch (IOException e) {
        throw new FederationException(
            ErrorKind.INTERNAL,
            settings.trace(process)
                + ": missing (expected: what "
                + process
                + " wrote at its end).",
            e);
      }
    }
    return spans;
  }
}
