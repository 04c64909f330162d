package io.tributary.cli.demo;

import io.tributary.cli.config.ConfigFile;
import io.tributary.cli.config.OperatorConfig;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.config.PlanFile;
import io.tributary.cli.output.Console;
import io.tributary.cli.process.Children;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.run.RunStarter;
import io.tributary.cli.view.RunDisplay;
import io.tributary.cli.view.RunFeed;
import io.tributary.cli.view.RunStatus;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.transport.artifact.TransferListener;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * One coordinator and its nodes as processes of this machine, over mutual TLS, started from the
 * files of a folder. What it starts, it stops. Belongs to one thread, {@link #close} excepted,
 * which a shutdown hook may call.
 */
final class LocalFederation implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int GRACE_SECONDS = 15;

  private final DemoLayout layout;
  private final List<String> sites;
  private final Children children;

  /** Nothing started yet; certificates and configuration must lie in the folder. */
  LocalFederation(DemoLayout layout, List<String> sites) {
    this.layout = layout;
    this.sites = List.copyOf(sites);
    this.children = new Children(layout.folder(), layout.logs(), GRACE_SECONDS);
  }

  Children children() {
    return children;
  }

  /** Starts the coordinator's process and opens the operator's connection, to be closed. */
  OperatorConnection startCoordinator() {
    children.start("coordinator", "512m", command("coordinator", layout.coordinator()));
    return OperatorConnection.open(
        ConfigFile.read(layout.operator(), Overrides.none()).as(OperatorConfig::read));
  }

  /** Starts the nodes once the coordinator answers, and waits until all are connected. */
  void startNodes(OperatorConnection connection) {
    await("the coordinator", () -> reachable(connection));
    List<String> order = new ArrayList<>(sites);
    // the order of their start has no influence on the result
    Collections.shuffle(order, new SecureRandom());
    order.forEach(site -> children.start(site, "256m", command("node", layout.node(site))));
    await(
        "the nodes",
        () ->
            connection.calls().listNodes().stream()
                    .filter(node -> node.state().equals("connected"))
                    .count()
                == sites.size());
  }

  private static List<String> command(String what, Path config) {
    return List.of(what, "run", "--config", config.toString(), "--stop-with-input");
  }

  private static boolean reachable(OperatorConnection connection) {
    try {
      connection.calls().about();
      return true;
    } catch (FederationException e) {
      if (e.kind() == ErrorKind.UNREACHABLE
          || e.kind() == ErrorKind.TIMED_OUT
          || e.kind() == ErrorKind.NOT_READY) {
        return false;
      }
      throw e;
    }
  }

  private void await(String what, BooleanSupplier ready) {
    long deadline = System.nanoTime() + START.toNanos();
    while (!ready.getAsBoolean()) {
      children.checkAlive();
      if (System.nanoTime() > deadline) {
        throw FederationException.of(
            ErrorKind.TIMED_OUT,
            what,
            "not there after " + START.toSeconds() + " s",
            "connected",
            "See the logs in " + layout.logs() + ".");
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  /** Starts a run of a plan. */
  RunStatus start(PlanFile plan, OperatorConnection connection) {
    return RunStarter.start(plan, connection, TransferListener.silent());
  }

  /** Shows a run until it ends; one that does not complete is refused. */
  RunStatus follow(
      RunStatus started, OperatorConnection connection, Console console, DemoSteps steps) {
    RunDisplay display = new RunDisplay(console);
    RunFeed feed = new RunFeed();
    RunStatus[] last = {started};
    connection
        .calls()
        .watchRun(
            started.run(),
            status -> {
              children.checkAlive();
              last[0] = status;
              if (console.json()) {
                feed.lines(status).forEach(line -> steps.say("   " + line));
              } else {
                display.show(status);
              }
              return !status.over() && !status.state().equals("paused");
            });
    if (!last[0].completed()) {
      throw new FederationException(
          ErrorKind.WORKER_FAILED,
          "run: "
              + last[0].state()
              + ", "
              + last[0].reason()
              + " (expected: completed). See the logs in "
              + layout.logs()
              + ".");
    }
    return last[0];
  }

  @Override
  public void close() {
    children.close();
  }
}
