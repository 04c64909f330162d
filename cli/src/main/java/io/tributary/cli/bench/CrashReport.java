package io.tributary.cli.bench;

import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.view.RunStatus;
import io.tributary.federation.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Prints each kill and holds each run against the undisturbed one; in the end the summary and the
 * verdict.
 */
final class CrashReport {
  private static final String BENCH = "crash";

  private final Console console;
  private final double barSeconds;
  private final String digest;
  private final Map<String, String> receipts;
  private final List<Double> serving = new ArrayList<>();
  private final List<Double> servingCpu = new ArrayList<>();
  private final List<Double> joining = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final List<String> notReached = new ArrayList<>();
  private int kills;
  private int runs;
  private int equalRuns;
  private int keptKills;
  private int trainedAgain;
  private int helds;
  private int missed;

  /**
   * Holds against an undisturbed run.
   *
   * @param barSeconds longest time from a coordinator's start to its first answer
   */
  CrashReport(Console console, CrashTrial.Outcome undisturbed, double barSeconds) {
    this.console = console;
    this.barSeconds = barSeconds;
    this.digest = undisturbed.end().finalDigest();
    this.receipts = undisturbed.journal().receipts();
    console.line(
        "undisturbed: "
            + receipts.size()
            + " receipts, digest "
            + digest
            + ", "
            + Figures.seconds(undisturbed.seconds()));
    console.json(
        new Figure(BENCH, "undisturbed", "time of the run", undisturbed.seconds(), "s", 0, 1)
            .json()
            .put("digest", digest)
            .put("receipts", receipts.size())
            .build());
  }

  int kills() {
    return kills;
  }

  /** A trial has ended. */
  void trial(CrashTrial.Outcome outcome) {
    RunStatus end = outcome.end();
    boolean equal =
        end.completed()
            && end.finalDigest().equals(digest)
            && outcome.journal().receipts().equals(receipts);
    runs++;
    equalRuns += equal ? 1 : 0;
    trainedAgain += outcome.trainedAgain().size();
    helds += outcome.helds();
    missed += outcome.missed();
    if (!equal) {
      faults.add(
          end.run()
              + ": "
              + end.state()
              + " "
              + end.reason()
              + ", digest "
              + end.finalDigest()
              + ", "
              + outcome.journal().receipts().size()
              + " receipts");
    }
    outcome.trainedAgain().forEach(a -> faults.add(a + " trained, though it was finished"));
    outcome.unjournaled().forEach(a -> faults.add(a + ": receipted, and not in the journal"));
    outcome.traces().forEach(trace -> kill(trace, outcome, equal));
  }

  private void kill(KillTrace trace, CrashTrial.Outcome outcome, boolean equal) {
    kills++;
    long kept =
        trace.receipts.entrySet().stream()
            .filter(e -> e.getValue().equals(outcome.receiptsAfter(trace).get(e.getKey())))
            .count();
    keptKills += kept == trace.receipts.size() ? 1 : 0;
    if (kept < trace.receipts.size()) {
      faults.add(
          outcome.end().run() + ": " + (trace.receipts.size() - kept) + " receipts were lost");
    }
    trace.back.ifPresent((trace.ofCoordinator() ? serving : joining)::add);
    if (trace.ofCoordinator() && trace.back.isPresent()) {
      servingCpu.add(trace.cpuSeconds);
    }
    String back =
        trace.back.isPresent()
            ? String.format(
                Locale.ROOT,
                trace.ofCoordinator() ? "serves after %.2f s" : "back after %.2f s",
                trace.back.getAsDouble())
            : "";
    console.line(
        String.format(
            Locale.ROOT,
            "%4d  %-18s %-44s %-38s %-20s %2d of %2d kept  %s",
            kills,
            trace.process,
            trace.how,
            trace.phase,
            back,
            kept,
            trace.receipts.size(),
            equal ? "equal" : "NOT EQUAL"));
    console.json(
        new Figure(
                BENCH,
                trace.process + ", " + trace.how,
                trace.ofCoordinator() ? "seconds to serving" : "seconds to connected",
                trace.back.orElse(0),
                "s",
                trace.ofCoordinator() ? barSeconds : 0,
                1)
            .json()
            .put("pid", trace.pid)
            .put("cpuSeconds", trace.cpuSeconds)
            .put("phase", trace.phase)
            .put("receiptsBefore", trace.receipts.size())
            .put("receiptsKept", kept)
            .put("run", outcome.end().run())
            .put("digest", outcome.end().finalDigest())
            .put("equal", equal)
            .build());
  }

  /** A failpoint that no run came by. */
  void notReached(String failpoint, String reason, boolean known) {
    notReached.add(failpoint);
    if (!known) {
      faults.add("failpoint " + failpoint + " was not reached");
    }
    console.line("      failpoint " + failpoint + ": not reached, " + reason);
    console.json(
        new Figure(BENCH, "failpoint " + failpoint, "reached", 0, "kills", 0, 0)
            .json()
            .put("reason", reason)
            .build());
  }

  /** Prints the summary; whether all is well. */
  boolean end(List<String> outlived, double seconds) {
    faults.addAll(outlived);
    double most = serving.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    if (most > barSeconds) {
      faults.add("a restart took " + Figures.seconds(most) + " to serve");
    }
    console.line("");
    summary("runs with kills", "equal to the undisturbed run", equalRuns, "runs", runs);
    summary("kills", "with all receipts kept", keptKills, "kills", kills);
    summary("planned kills", "that found no worker", missed, "kills", 0);
    summary("finished updates", "trained again", trainedAgain, "updates", 0);
    summary("runs", "resumed by the operator", helds, "times", 0);
    summary("workers", "alive long after their parent", outlived.size(), "workers", 0);
    times("restart to serving", serving, barSeconds);
    times("processor time to serving", servingCpu, 0);
    times("restart of a node to connected", joining, 0);
    summary("bench", "time", seconds, "s", 0);
    faults.forEach(fault -> console.line("FAULT " + fault));
    console.line(faults.isEmpty() ? "all equal" : faults.size() + " faults");
    console.json(
        JsonValue.object()
            .put("bench", BENCH)
            .put("verdict", faults.isEmpty() ? "equal" : "faults")
            .put("digest", digest)
            .put("notReached", JsonValue.array(notReached.stream().map(JsonValue::of).toList()))
            .put("faults", JsonValue.array(faults.stream().map(JsonValue::of).toList()))
            .build());
    return faults.isEmpty();
  }

  private void times(String name, List<Double> values, double bar) {
    List<Double> sorted = values.stream().sorted().toList();
    if (sorted.isEmpty()) {
      return;
    }
    summary(name, "median", sorted.get(sorted.size() / 2), "s", bar);
    summary(name, "longest", sorted.get(sorted.size() - 1), "s", bar);
  }

  private void summary(String name, String metric, double value, String unit, double against) {
    String held = against == 0 ? "" : " (against " + Figures.fixed(against, 0) + ")";
    String number = Figures.fixed(value, unit.equals("s") ? 2 : 0);
    console.line(String.format("%-32s %-30s %8s %s%s", name, metric, number, unit, held));
    console.json(
        new Figure(BENCH, name, metric, value, unit, against, Math.max(1, kills)).json().build());
  }
}
