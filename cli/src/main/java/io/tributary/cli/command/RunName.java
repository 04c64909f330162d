package io.tributary.cli.command;

import io.tributary.cli.rpc.OperatorCalls;
import io.tributary.cli.view.RunStatus;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** Finds the run that a person means. */
final class RunName {
  /** What the help of a command says about its run. */
  static final String HELP = "The run's id, or a start of it that no other run has.";

  private RunName() {}

  /** The id that is this text or, where there is none, the only one that starts with it. */
  static String resolve(OperatorCalls calls, String text) {
    if (text.isBlank()) {
      // every id starts with nothing: an unset variable of a script must not choose a run
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG, "run", "\"\"", "a run's id, or a start of it", "Name the run.");
    }
    List<RunStatus> runs = calls.listRuns();
    if (runs.stream().anyMatch(run -> run.run().equals(text))) {
      return text;
    }
    List<String> starting =
        runs.stream().map(RunStatus::run).filter(id -> id.startsWith(text)).toList();
    if (starting.size() == 1) {
      return starting.get(0);
    }
    throw FederationException.of(
        ErrorKind.NOT_FOUND,
        "run",
        starting.isEmpty() ? text : text + " is the start of " + String.join(", ", starting),
        runs.isEmpty() ? "a known run; there is none yet" : "one of " + newest(runs),
        "See `tributary run list`.");
  }

  private static String newest(List<RunStatus> runs) {
    return String.join(
        ", ",
        runs.stream()
            .sorted(
                Comparator.comparing((RunStatus r) -> r.started().orElse(Instant.MIN)).reversed())
            .limit(5)
            .map(RunStatus::run)
            .toList());
  }
}
