package io.tributary.cli.bench;

import io.tributary.cli.bench.BenchFiles.PlanKind;
import io.tributary.cli.output.Console;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.view.RunStatus;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Rounds without pause with real workers, and what all processes take meanwhile: memory, handles,
 * threads, bytes on the disk.
 */
public final class SoakBench {
  private static final long LOOK_NANOS = 50_000_000;
  private static final Duration WORKERS_END = Duration.ofSeconds(2);
  private static final long SAMPLE_NANOS = 5_000_000_000L;

  private final BenchFederation federation;
  private final SoakReport report;
  private long rounds;
  private long roundsOfEnded;

  private SoakBench(BenchFederation federation, SoakReport report) {
    this.federation = federation;
    this.report = report;
  }

  /** Runs the bench for so long; whether every slope was flat. */
  public static boolean run(BenchSettings settings, Duration time, Console console) {
    if (ProcessSample.of(ProcessHandle.current().pid()).isEmpty()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "/proc",
          "nothing about this process",
          "Linux, which tells memory, handles and threads there",
          "Run the soak on Linux.");
    }
    BenchFiles.write(settings);
    try (var federation =
        new BenchFederation(settings, event -> CrashBench.tell(console, event), WORKERS_END)) {
      var hook = new Thread(federation::close, "bench-shutdown");
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        federation.start();
        var report = new SoakReport(console, settings);
        new SoakBench(federation, report).run(time.toNanos());
        return report.end(time);
      } finally {
        CrashBench.removeHook(hook);
      }
    }
  }

  /** The clock starts when the first run is over: until then processes warm up. */
  private void run(long nanos) {
    runOnce(Long.MAX_VALUE, Long.MAX_VALUE);
    long started = System.nanoTime();
    long sampled = started;
    while (System.nanoTime() - started < nanos) {
      sampled = runOnce(started, sampled);
    }
  }

  private long runOnce(long started, long sampledBefore) {
    long sampled = sampledBefore;
    var script = new RunScript(federation, PlanKind.USUAL, Trouble.NONE);
    while (!script.over()) {
      checkAlive();
      Optional<OperatorConnection> operator = federation.operator();
      operator.ifPresent(script::step);
      federation.census();
      rounds = roundsOfEnded + script.status().map(SoakBench::committed).orElse(0L);
      long now = System.nanoTime();
      if (started != Long.MAX_VALUE && now - sampled >= SAMPLE_NANOS) {
        sampled = now;
        report.sample((now - started) / 60e9, rounds, federation.members());
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    roundsOfEnded = rounds;
    RunStatus end = script.status().orElseThrow();
    if (!end.completed() || script.helds() > 0) {
      report.fault(end.run() + ": " + end.state() + " " + end.reason());
    }
    return sampled;
  }

  private static long committed(RunStatus run) {
    return run.rounds().stream().filter(r -> r.round() > 0 && r.committed()).count();
  }

  private void checkAlive() {
    List<BenchFederation.Death> deaths = federation.deaths();
    if (!deaths.isEmpty()) {
      throw FederationException.of(
          ErrorKind.WORKER_CRASHED,
          deaths.get(0).member().name(),
          "ended",
          "running",
          "See the logs; --keep-files keeps them.");
    }
  }
}
