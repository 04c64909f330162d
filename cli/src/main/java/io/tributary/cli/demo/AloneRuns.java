package io.tributary.cli.demo;

import io.tributary.cli.output.Console;
import io.tributary.cli.process.Children;
import io.tributary.cli.rpc.OperatorCalls;
import io.tributary.cli.view.LinesDisplay;
import io.tributary.cli.view.RoundStatus;
import io.tributary.cli.view.RunFeed;
import io.tributary.cli.view.RunScreen;
import io.tributary.cli.view.RunStatus;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** Follows the runs of single sites, which go on at the same time, until all have ended. */
final class AloneRuns {
  private static final Duration LOOK = Duration.ofMillis(500);

  private final OperatorCalls calls;
  private final Children children;
  private final DemoSteps steps;
  private final Console console;
  private final Map<String, RunFeed> feeds = new HashMap<>();
  private final LinesDisplay display;

  AloneRuns(OperatorCalls calls, Children children, DemoSteps steps, Console console) {
    this.calls = calls;
    this.children = children;
    this.steps = steps;
    this.console = console;
    this.display = new LinesDisplay(console);
  }

  /**
   * Waits for all runs.
   *
   * @param runs each site's run
   * @return the ended runs by site
   */
  Map<String, RunStatus> follow(Map<String, String> runs) {
    Map<String, RunStatus> latest = new TreeMap<>();
    while (true) {
      children.checkAlive();
      runs.forEach((site, run) -> latest.put(site, calls.showRun(run)));
      show(latest);
      if (latest.values().stream().allMatch(RunStatus::over)) {
        latest.forEach(AloneRuns::checkCompleted);
        return latest;
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  private static void checkCompleted(String site, RunStatus run) {
    if (!run.completed()) {
      throw new FederationException(
          ErrorKind.WORKER_FAILED,
          "run of " + site + " alone: " + run.state() + ", " + run.reason() + ". See the logs.");
    }
  }

  private void show(Map<String, RunStatus> latest) {
    if (console.live()) {
      List<String> lines = new ArrayList<>();
      for (RunStatus run : latest.values()) {
        lines.addAll(
            run.cohort().isEmpty() || run.over()
                ? List.of("  " + RunScreen.headline(run, console.style()))
                : RunScreen.nodes(run.round(), run.cohort(), console.style()));
      }
      display.draw(lines);
      return;
    }
    latest.forEach(
        (site, run) ->
            feeds
                .computeIfAbsent(site, s -> new RunFeed())
                .lines(run)
                .forEach(line -> steps.say("   " + site + " alone: " + line)));
  }

  /** The figures of a run's only round. */
  static java.util.Optional<io.tributary.cli.view.Evaluation> figures(RunStatus run) {
    return run.rounds().stream()
        .filter(round -> round.round() > 0)
        .reduce((earlier, later) -> later)
        .flatMap(RoundStatus::evaluation);
  }
}
