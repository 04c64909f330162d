package io.tributary.cli.view;

import io.tributary.cli.output.Figures;
import io.tributary.cli.output.Style;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells a run as plain lines, each change once: for logs and pipes, where nothing can be redrawn.
 * Confined to one thread.
 */
public final class RunFeed {
  private static final Set<String> QUIET = Set.of("offered", "accepted", "validating");

  private final Map<String, String> nodeStates = new HashMap<>();
  private final Set<Integer> told = new HashSet<>();
  private String phase = "";

  /** The lines that this view adds to those before. */
  public List<String> lines(RunStatus run) {
    List<String> lines = rounds(run);
    if (!run.over()) {
      run.cohort().forEach(work -> node(run, work).ifPresent(lines::add));
    }
    String now = run.round() + "/" + run.attempt() + "/" + run.state() + "/" + run.reason();
    if (!now.equals(phase)) {
      phase = now;
      lines.add(RunScreen.headline(run, Style.PLAIN));
    }
    return lines;
  }

  /** The lines of rounds that have figures since the views before. */
  public List<String> rounds(RunStatus run) {
    List<String> lines = new ArrayList<>();
    for (RoundStatus round : run.rounds()) {
      round
          .evaluation()
          .filter(figures -> told.add(round.round()))
          .ifPresent(figures -> lines.add(round(run, round, figures)));
    }
    return lines;
  }

  private Optional<String> node(RunStatus run, NodeWork work) {
    // a node may have trained and evaluate in the same round
    String before = nodeStates.put(work.assignment(), work.state());
    if (work.state().equals(before) || QUIET.contains(work.state())) {
      return Optional.empty();
    }
    String detail = work.examples() > 0 ? " (" + Figures.count(work.examples()) + " examples)" : "";
    String reason = work.reason().isEmpty() ? "" : ": " + work.reason();
    return Optional.of(
        "round " + run.round() + ": " + work.node() + " " + work.state() + detail + reason);
  }

  private static String round(RunStatus run, RoundStatus round, Evaluation figures) {
    String start =
        (round.round() == 0 ? "round 0, the untouched base: " : "round " + round.round() + ": ")
            + run.shownMetrics().stream()
                .map(metric -> RunScreen.name(metric) + " " + figures.text(metric))
                .collect(Collectors.joining(", "));
    if (round.round() == 0) {
      return start;
    }
    return start
        + ", "
        + Figures.seconds(round.seconds())
        + ", "
        + Figures.bytes(round.bytesDown())
        + " down, "
        + Figures.bytes(round.bytesUp())
        + " up, "
        + round.updates()
        + " updates"
        + (round.refused() > 0 ? ", " + round.refused() + " refused" : "");
  }
}
