package io.tributary.cli.bench;

import io.tributary.cli.bench.BenchFederation.Death;
import io.tributary.cli.bench.BenchFiles.PlanKind;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.view.NodeStatus;
import io.tributary.cli.view.NodeWork;
import io.tributary.cli.view.RunStatus;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.locks.LockSupport;

/**
 * One run with kills in it. Everything that dies is started again at once; the run goes on to its
 * end. One thread steps; another kills at the planned instants.
 */
final class CrashTrial {
  private static final long LOOK_NANOS = 15_000_000;
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final BenchFederation federation;
  private final Optional<String> failpoint;
  private final Deque<RunScript> scripts = new ArrayDeque<>();
  private final List<KillTrace> traces = new ArrayList<>();
  private final Map<Member, KillTrace> away = new HashMap<>();
  private final KillClock clock;
  private final Map<String, JournalReading> ended = new HashMap<>();
  private int helds;

  /**
   * A trial to run once.
   *
   * @param failpoint that the coordinator is to die at, armed already or by the trouble RESTART
   */
  CrashTrial(BenchFederation federation, Optional<String> failpoint, List<PlannedKill> kills) {
    this.federation = federation;
    this.failpoint = failpoint;
    this.clock = new KillClock(federation, kills);
    Trouble trouble = failpoint.map(point -> Trouble.of(name(point))).orElse(Trouble.NONE);
    switch (trouble) {
      case STOP -> scripts.add(new RunScript(federation, PlanKind.STOPPED, trouble));
      case DECLINE -> scripts.add(new RunScript(federation, PlanKind.DECLINED, trouble));
      case DIVERGE -> scripts.add(new RunScript(federation, PlanKind.DIVERGED, trouble));
      default -> {}
    }
    scripts.add(new RunScript(federation, PlanKind.USUAL, trouble));
  }

  /** The name in {@code NAME:n}. */
  static String name(String failpoint) {
    return failpoint.split(":", 2)[0];
  }

  /**
   * What came of it.
   *
   * @param end the run as its operator sees it
   * @param journal its journal after the end
   * @param before journals of the runs before it, after their end
   * @param trainedAgain assignments whose finished update was trained a second time
   * @param missed planned kills that found no worker
   * @param helds times that the run had to be resumed though nobody had paused it
   */
  record Outcome(
      RunStatus end,
      JournalReading journal,
      Map<String, JournalReading> before,
      List<KillTrace> traces,
      List<String> trainedAgain,
      List<String> unjournaled,
      int missed,
      int helds,
      double seconds) {
    /** What was receipted of the run that a kill hit, once that run was over. */
    Map<String, String> receiptsAfter(KillTrace trace) {
      return before.getOrDefault(trace.run, journal).receipts();
    }
  }

  /** Runs it to its end. */
  Outcome run() {
    long started = System.nanoTime();
    try (clock) {
      clock.start();
      while (!done()) {
        if (System.nanoTime() - started > LONGEST.toNanos()) {
          throw FederationException.of(
              ErrorKind.TIMED_OUT,
              "run " + current().run(),
              current().status().map(s -> s.state() + " " + s.reason()).orElse("not started"),
              "over within " + LONGEST.toMinutes() + " min",
              "See the logs; --keep-files keeps them.");
        }
        step();
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    RunStatus end = current().status().orElseThrow();
    JournalReading journal = journal();
    NodeRecords records = NodeRecords.read(federation.settings(), end.run());
    return new Outcome(
        end,
        journal,
        ended,
        traces,
        records.trainedAgain(),
        records.receiptedBeyond(journal.assignments()),
        clock.missed(),
        helds + current().helds(),
        seconds);
  }

  private RunScript current() {
    return scripts.element();
  }

  private boolean done() {
    return scripts.size() == 1
        && current().over()
        && clock.done()
        && away.isEmpty()
        && federation.members().stream().allMatch(Member::alive);
  }

  private void step() {
    clock.workerKills().forEach(this::workerKilled);
    federation.census();
    federation.deaths().forEach(this::dead);
    Optional<OperatorConnection> operator = federation.operator();
    if (operator.isEmpty()) {
      return;
    }
    back(federation.coordinator(), federation.servingSeconds(), federation.servingCpuSeconds());
    try {
      if (!away.isEmpty()) {
        operator.get().calls().listNodes().forEach(this::joined);
      }
      current().step(operator.get());
      if (current().over() && scripts.size() > 1) {
        ended.put(current().run(), journal());
        helds += scripts.remove().helds();
      }
    } catch (FederationException e) {
      if (!BenchFederation.absent(e)) {
        throw e;
      }
    }
    if (current().wantsRestart()) {
      federation.coordinator().kill();
      federation.coordinator().awaitDeath();
      clock.expected(federation.coordinator(), "while nodes work");
    }
  }

  private void workerKilled(KillClock.WorkerKill kill) {
    String process = "worker of " + kill.member();
    traces.add(
        new KillTrace(
            current().run(), process, kill.how(), kill.pid(), JournalReading.none(seen())));
  }

  private void dead(Death death) {
    Optional<String> planned = clock.take(death.member());
    boolean coordinator = death.member() == federation.coordinator();
    String how =
        planned.orElseGet(
            () ->
                death.failpoint().map(point -> "failpoint " + point).orElse("killed from outside"));
    String name = death.member().name();
    JournalReading journal = coordinator ? journal() : JournalReading.none(seenOf(name));
    var trace = new KillTrace(current().run(), name, how, death.pid(), journal);
    traces.add(trace);
    away.put(death.member(), trace);
    boolean arm =
        coordinator
            && how.equals("while nodes work")
            && failpoint.filter(p -> Trouble.of(name(p)) == Trouble.RESTART).isPresent();
    federation.restart(death.member(), arm ? failpoint : Optional.empty());
  }

  private void back(Member member, OptionalDouble seconds, double cpuSeconds) {
    KillTrace trace = away.remove(member);
    if (trace != null) {
      trace.back = seconds;
      trace.cpuSeconds = cpuSeconds;
    }
  }

  private void joined(NodeStatus node) {
    for (Member member : federation.nodes()) {
      KillTrace trace = away.get(member);
      if (trace != null
          && member.name().equals(node.name())
          && node.state().equals("connected")
          && node.since().orElse(Instant.MIN).isAfter(trace.at)) {
        double seconds = (System.nanoTime() - member.startedNanos()) / 1e9;
        back(member, OptionalDouble.of(seconds), member.cpuSeconds());
      }
    }
  }

  private JournalReading journal() {
    Path folder = federation.settings().folder();
    return JournalReading.of(
        folder.resolve("state").resolve("coordinator"), folder.resolve("copy"), current().run());
  }

  /** The phase as the operator saw it last. */
  private String seen() {
    return current()
        .status()
        .map(s -> s.over() ? s.state() : "round " + s.round() + " " + s.state())
        .orElse("before the run");
  }

  private String seenOf(String node) {
    Optional<NodeWork> work =
        current().status().stream()
            .flatMap(s -> s.cohort().stream())
            .filter(w -> w.node().equals(node))
            .findFirst();
    return seen() + work.map(w -> ", " + w.state()).orElse("");
  }
}
