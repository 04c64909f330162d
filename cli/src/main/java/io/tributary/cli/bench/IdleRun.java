package io.tributary.cli.bench;

import io.tributary.cli.config.ConfigFile;
import io.tributary.cli.config.OperatorConfig;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.demo.DemoLayout;
import io.tributary.cli.output.Console;
import io.tributary.cli.process.JavaCommand;
import io.tributary.cli.process.OpenFileLimit;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One coordinator and the process that holds its nodes. Belongs to one thread, {@link #close}
 * excepted.
 */
final class IdleRun implements AutoCloseable {
  private static final String COORDINATOR_HEAP = "1g";
  private static final String NODES_HEAP = "6g";

  /** The process stands for many machines; its compiler should not take this machine's cores. */
  private static final List<String> LIGHTLY_COMPILED = List.of("-XX:TieredStopAtLevel=1");

  private static final int AT_A_TIME = 100;
  private static final long LOOK_NANOS = 20_000_000;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long RETURN_SECONDS = 300;
  private static final int LISTINGS = 5;

  private final IdleSettings settings;
  private final Console console;
  private final DemoLayout layout;
  private final OperatorConfig operator;
  private final IdleReport report;
  private IdleProcess coordinator;
  private final IdleProcess nodes;

  IdleRun(IdleSettings settings, Console console) {
    this.settings = settings;
    this.console = console;
    this.layout = new DemoLayout(settings.folder());
    this.operator = ConfigFile.read(layout.operator(), Overrides.none()).as(OperatorConfig::read);
    this.report = new IdleReport(settings);
    this.coordinator = startCoordinator();
    this.nodes =
        start(
            "nodes",
            true,
            JavaCommand.of(
                IdleNodes.class.getName(),
                NODES_HEAP,
                LIGHTLY_COMPILED,
                List.of(settings.folder().toString(), operator.control())));
  }

  /** A limit of open files that can't be raised cuts the number of nodes, and is named. */
  static IdleSettings allowed(IdleSettings wanted, Console console) {
    IdleProcess probe =
        IdleProcess.start(
            "probe",
            wanted.folder(),
            new DemoLayout(wanted.folder()).log("probe"),
            false,
            OpenFileLimit.raised(ownLimit(), wanted.openFiles(), List.of("/bin/cat")));
    try {
      LockSupport.parkNanos(5 * LOOK_NANOS);
      long limit = OpenFileLimit.of(probe.pid());
      IdleSettings allowed = wanted.within(limit);
      if (allowed.nodes() < wanted.nodes()) {
        console.note(
            "open-file limit: "
                + limit
                + " and not to be raised (expected: "
                + wanted.openFiles()
                + "). Holding "
                + allowed.nodes()
                + " nodes.");
      }
      return allowed;
    } finally {
      probe.close();
    }
  }

  private static long ownLimit() {
    return OpenFileLimit.of(ProcessHandle.current().pid());
  }

  private IdleProcess start(String name, boolean answers, List<String> command) {
    return IdleProcess.start(
        name,
        settings.folder(),
        layout.log(name),
        answers,
        OpenFileLimit.raised(ownLimit(), settings.openFiles(), command));
  }

  private IdleProcess startCoordinator() {
    return start(
        "coordinator",
        false,
        JavaCommand.of(
            COORDINATOR_HEAP,
            List.of(),
            List.of(
                "coordinator",
                "run",
                "--config",
                layout.coordinator().toString(),
                "--stop-with-input")));
  }

  /** All of it, once. */
  List<Measured> measure() {
    awaitServing();
    ask("make " + (settings.nodes() + settings.joins()));
    ProcessCost empty = cost();
    join("fresh", settings.joins());
    if (settings.nodes() > settings.joins()) {
      ask("join " + (settings.nodes() - settings.joins()) + " " + AT_A_TIME);
    }
    ProcessCost held = cost();
    LockSupport.parkNanos(settings.idle().toNanos());
    ProcessCost idle = cost();
    report.idle(empty, held, idle);
    report.listing(listings());
    join("beside", settings.joins());
    returned();
    return report.figures();
  }

  private void join(String when, int count) {
    ProcessCost before = cost();
    JsonObject answer = ask("join " + count + " " + count);
    report.joined(when, answer, cost().cpuSeconds() - before.cpuSeconds());
  }

  /** The coordinator dies and is started again; its nodes come back by themselves. */
  private void returned() {
    long killed = System.currentTimeMillis();
    coordinator.kill();
    coordinator = startCoordinator();
    awaitServing();
    double serving = (System.currentTimeMillis() - killed) / 1e3;
    JsonObject answer = ask("returned " + killed + " " + RETURN_SECONDS);
    report.returned(answer, serving, cost().cpuSeconds());
  }

  private double[] listings() {
    double[] seconds = new double[LISTINGS];
    try (OperatorConnection connection = OperatorConnection.open(operator)) {
      connection.calls().about();
      for (int i = 0; i < LISTINGS; i++) {
        long begun = System.nanoTime();
        int size = connection.calls().listNodes().size();
        seconds[i] = (System.nanoTime() - begun) / 1e9;
        if (size < settings.nodes()) {
          throw FederationException.of(
              ErrorKind.INTERNAL, "nodes list", size, settings.nodes() + " nodes", "Report it.");
        }
      }
    }
    return seconds;
  }

  private void awaitServing() {
    long until = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try (OperatorConnection connection = OperatorConnection.open(operator)) {
        connection.calls().about();
        return;
      } catch (FederationException e) {
        if (System.nanoTime() > until || !coordinator.alive() || !BenchFederation.absent(e)) {
          throw e;
        }
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private JsonObject ask(String order) {
    JsonValue answer = JsonReader.read(nodes.ask(order));
    if (!(answer instanceof JsonObject object)) {
      throw FederationException.of(
          ErrorKind.INTERNAL, "answer", answer.canonical(), "an object", "Report it.");
    }
    console.note(object.canonical());
    return object;
  }

  private ProcessCost cost() {
    return ProcessCost.of(coordinator.pid());
  }

  @Override
  public synchronized void close() {
    nodes.close();
    coordinator.close();
  }
}
