package io.tributary.cli.bench;

import io.tributary.cli.bench.BenchFiles.PlanKind;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.config.PlanFile;
import io.tributary.cli.rpc.OperatorCalls;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.run.RunStarter;
import io.tributary.cli.view.NodeWork;
import io.tributary.cli.view.RunStatus;
import io.tributary.transport.artifact.TransferListener;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Brings one run to its end, whatever dies meanwhile: starts it once, makes the trouble that is
 * wanted, resumes it where it was held. Each step asks the coordinator once.
 */
final class RunScript {
  private static final int EVALUATIONS = 3;

  private final BenchFederation federation;
  private final PlanKind plan;
  private final Trouble trouble;
  private final Set<String> others = new HashSet<>();
  private boolean counted;
  private String run = "";
  private Optional<RunStatus> status = Optional.empty();
  private int helds;
  private boolean paused;
  private int killedIn = -1;
  private boolean restarted;
  private long halted;
  private final Set<Long> killed = new HashSet<>();

  RunScript(BenchFederation federation, PlanKind plan, Trouble trouble) {
    this.federation = federation;
    this.plan = plan;
    this.trouble = trouble;
  }

  String run() {
    return run;
  }

  /** The run as it was seen last. */
  Optional<RunStatus> status() {
    return status;
  }

  boolean over() {
    return status.filter(RunStatus::over).isPresent();
  }

  /** Times that the run was held and nobody had asked for it. */
  int helds() {
    return helds;
  }

  /** What the trouble RESTART wants done next. */
  boolean wantsRestart() {
    boolean wanted =
        trouble == Trouble.RESTART
            && !restarted
            && status.filter(s -> s.state().equals("collecting")).isPresent();
    restarted |= wanted;
    return wanted;
  }

  /** One step; a coordinator that goes away is an exception of a kind that {@code absent} knows. */
  void step(OperatorConnection connection) {
    if (run.isEmpty()) {
      begin(connection);
      return;
    }
    RunStatus now = connection.calls().showRun(run);
    status = Optional.of(now);
    if (!now.over()) {
      act(connection.calls(), now);
    }
  }

  /** A start whose answer was lost may have happened. */
  private void begin(OperatorConnection connection) {
    Set<String> names =
        connection.calls().listRuns().stream().map(RunStatus::run).collect(Collectors.toSet());
    if (!counted) {
      others.addAll(names);
      counted = true;
    }
    names.removeAll(others);
    run =
        names.isEmpty()
            ? RunStarter.start(
                    PlanFile.read(plan.file(federation.settings()), Overrides.none()),
                    connection,
                    TransferListener.silent())
                .run()
            : names.iterator().next();
  }

  private void act(OperatorCalls calls, RunStatus now) {
    boolean held = now.state().equals("paused");
    boolean collecting = now.state().equals("collecting");
    switch (trouble) {
      case PAUSE -> {
        if (collecting && !paused) {
          calls.pauseRun(run);
        }
      }
      case STOP -> {
        if (plan == PlanKind.STOPPED && collecting) {
          calls.stopRun(run);
        }
      }
      case NODE_WORKER -> killTraining(now);
      case COORDINATOR_WORKER -> killEvaluating(now);
      default -> {}
    }
    if (held && plan != PlanKind.USUAL) {
      calls.stopRun(run);
    } else if (held) {
      helds += trouble == Trouble.PAUSE ? 0 : 1;
      paused = true;
      calls.resumeRun(run);
    }
  }

  /** In the middle of its steps, once a round. */
  private void killTraining(RunStatus now) {
    if (now.round() == killedIn || killedIn >= 2) {
      return;
    }
    for (NodeWork work : now.cohort()) {
      if (work.state().equals("training") && work.done() > 0 && work.done() < work.total() / 2) {
        federation.nodes().stream()
            .filter(node -> node.name().equals(work.node()))
            .flatMap(node -> node.workers().stream())
            .forEach(ProcessHandle::destroyForcibly);
        killedIn = now.round();
        return;
      }
    }
  }

  /** An evaluation is short: its worker is halted before, and killed once it is asked. */
  private void killEvaluating(RunStatus now) {
    List<ProcessHandle> workers = federation.coordinator().workers();
    if (now.state().equals("collecting") && halted == 0 && !workers.isEmpty()) {
      halted = workers.get(0).pid();
      signal("STOP", halted);
    } else if (now.state().equals("evaluating") && halted > 0 && killed.size() < EVALUATIONS) {
      // the first may have been asked for nothing yet but its name: then nothing failed with it
      workers.forEach(
          worker -> {
            killed.add(worker.pid());
            worker.destroyForcibly();
          });
    }
  }

  private static void signal(String name, long pid) {
    try {
      new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
