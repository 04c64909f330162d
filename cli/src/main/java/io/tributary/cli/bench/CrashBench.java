package io.tributary.cli.bench;

import io.tributary.cli.output.Console;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import io.tributary.federation.seed.RandomStreams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Kills real processes, at every failpoint and at random instants, and holds what becomes of each
 * run against an undisturbed one.
 */
public final class CrashBench {
  private static final String REFUSED = "no node of this build sends what is refused";
  private static final String DIVERGED = "a head alone does not diverge";

  /** Failpoints that no run of the model comes by, with the reason. */
  private static final Map<BenchModel, Map<String, String>> UNREACHABLE =
      Map.of(
          BenchModel.TABULAR,
          Map.of(
              Failpoints.before("UploadRefused"), REFUSED,
              Failpoints.after("UploadRefused"), REFUSED),
          BenchModel.MINILM,
          Map.of(
              Failpoints.before("UploadRefused"), REFUSED,
              Failpoints.after("UploadRefused"), REFUSED,
              Failpoints.before("RunFailed"), DIVERGED,
              Failpoints.after("RunFailed"), DIVERGED));

  private static final double NEXT_SECONDS = 3;

  private final CrashOrder order;
  private final Console console;
  private final BenchFederation federation;
  private final RandomGenerator random;

  private CrashBench(CrashOrder order, Console console, BenchFederation federation) {
    this.order = order;
    this.console = console;
    this.federation = federation;
    this.random =
        new RandomStreams(order.settings().seed())
            .stream(0, RandomStreams.COORDINATOR, "bench-crash");
  }

  /**
   * Runs the bench; whether everything was equal.
   *
   * @param barSeconds longest time from a coordinator's start to its first answer
   */
  public static boolean run(CrashOrder order, Console console, double barSeconds) {
    BenchFiles.write(order.settings());
    // 2 s where a coordinator has 5: most of both is the start of a JVM
    Duration orphan = Duration.ofMillis(Math.round(barSeconds * 400));
    try (var federation =
        new BenchFederation(order.settings(), event -> tell(console, event), orphan)) {
      var hook = new Thread(federation::close, "bench-shutdown");
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        federation.start();
        return new CrashBench(order, console, federation).run(barSeconds);
      } finally {
        removeHook(hook);
      }
    }
  }

  static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending: the hook runs already
    }
  }

  /** Process ids, so that something outside may kill, too. */
  static void tell(Console console, JsonObject event) {
    console.json(event);
    if (!console.json()) {
      console.note(
          text(event, "event") + " " + text(event, "process") + ", pid " + text(event, "pid"));
    }
  }

  private static String text(JsonObject event, String key) {
    return event
        .find(key)
        .map(value -> value instanceof JsonString string ? string.value() : value.canonical())
        .orElse("");
  }

  private boolean run(double barSeconds) {
    long started = System.nanoTime();
    // the first run warms every process up; the second tells how long a run takes
    CrashTrial.Outcome undisturbed = undisturbed();
    var report = new CrashReport(console, undisturbed, barSeconds);
    CrashTrial.Outcome second = undisturbed();
    report.trial(second);
    for (String failpoint : order.failpoints()) {
      failpoint(failpoint, report);
    }
    if (!order.failpoints().isEmpty()) {
      federation.restartCoordinator(Optional.empty());
    }
    for (KillTarget target : order.targets()) {
      instants(target, second.seconds(), report);
    }
    order.watch().ifPresent(time -> watch(started + time.toNanos(), report));
    return report.end(federation.outlived(), (System.nanoTime() - started) / 1e9);
  }

  private CrashTrial.Outcome undisturbed() {
    CrashTrial.Outcome outcome = new CrashTrial(federation, Optional.empty(), List.of()).run();
    if (!outcome.end().completed()) {
      throw FederationException.of(
          ErrorKind.WORKER_FAILED,
          "undisturbed run",
          outcome.end().state() + " " + outcome.end().reason(),
          "completed",
          "See the logs; --keep-files keeps them.");
    }
    return outcome;
  }

  private void failpoint(String name, CrashReport report) {
    Map<String, String> unreachable = UNREACHABLE.getOrDefault(order.settings().model(), Map.of());
    if (unreachable.containsKey(name)) {
      report.notReached(name, unreachable.getOrDefault(name, ""), true);
      return;
    }
    String armed = name + ":" + (1 + random.nextInt(Trouble.times(name)));
    boolean later = Trouble.of(name) == Trouble.RESTART;
    federation.restartCoordinator(later ? Optional.empty() : Optional.of(armed));
    CrashTrial.Outcome outcome = new CrashTrial(federation, Optional.of(armed), List.of()).run();
    report.trial(outcome);
    if (outcome.traces().stream().noneMatch(trace -> trace.how.equals("failpoint " + armed))) {
      report.notReached(armed, "the run ended without it", false);
    }
  }

  private void instants(KillTarget target, double seconds, CrashReport report) {
    int left = order.points();
    while (left > 0) {
      List<PlannedKill> kills = kills(target, Math.min(left, several()), seconds);
      left -= kills.size();
      report.trial(new CrashTrial(federation, Optional.empty(), kills).run());
    }
  }

  /** Mostly one kill in a run, sometimes two or three. */
  private int several() {
    double drawn = random.nextDouble();
    return drawn < 0.6 ? 1 : drawn < 0.85 ? 2 : 3;
  }

  /** The first anywhere in a run, the next ones soon after it: in the start of what was killed. */
  private List<PlannedKill> kills(KillTarget target, int count, double seconds) {
    List<PlannedKill> kills = new ArrayList<>();
    double at = random.nextDouble() * seconds;
    for (int i = 0; i < count; i++) {
      kills.add(new PlannedKill(target, at, random.nextInt(order.settings().nodes())));
      at += random.nextDouble() * NEXT_SECONDS;
    }
    return kills;
  }

  private void watch(long until, CrashReport report) {
    while (System.nanoTime() < until) {
      report.trial(new CrashTrial(federation, Optional.empty(), List.of()).run());
    }
  }
}
