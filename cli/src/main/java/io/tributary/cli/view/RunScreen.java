package io.tributary.cli.view;

import io.tributary.cli.output.Figures;
import io.tributary.cli.output.ProgressBar;
import io.tributary.cli.output.Style;
import io.tributary.cli.output.Table;
import io.tributary.federation.plan.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Draws a run as lines of text: what its nodes do now, and the rounds so far. */
public final class RunScreen {
  private static final int BAR = 20;
  private static final Set<String> BYTES = Set.of("fetching", "submitting");

  private RunScreen() {}

  /** The whole picture, to be drawn again at each change. */
  public static List<String> live(RunStatus run, Style style) {
    List<String> lines = new ArrayList<>();
    lines.add(headline(run, style));
    if (!run.cohort().isEmpty() && !run.over()) {
      lines.addAll(nodes(run.round(), run.cohort(), style));
    }
    if (run.rounds().stream().anyMatch(r -> r.evaluation().isPresent())) {
      lines.add("");
      lines.addAll(rounds(run, style));
    }
    return lines;
  }

  /** {@code run gloss-topics-ab2d: round 2 of 4, collecting}. */
  public static String headline(RunStatus run, Style style) {
    var line = new StringBuilder("run ").append(style.bold(run.run())).append(": ");
    int planned = run.plannedRounds();
    line.append("round ").append(run.round());
    if (planned > 0) {
      line.append(" of ").append(planned);
    }
    if (run.attempt() > 1) {
      line.append(", attempt ").append(run.attempt());
    }
    line.append(", ").append(state(run.state(), style));
    if (!run.reason().isEmpty()) {
      line.append(": ").append(run.reason());
    }
    return line.toString();
  }

  /**
   * One line a node: state, bar, rate, and the age of work that outlived its round.
   *
   * @param round that is open
   */
  public static List<String> nodes(int round, List<NodeWork> cohort, Style style) {
    int name = cohort.stream().mapToInt(work -> work.node().length()).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (NodeWork work : cohort) {
      int age = round - work.asked();
      String old = age == 0 ? "" : "  from " + age + (age == 1 ? " version ago" : " versions ago");
      lines.add(node(work, name, style) + old);
    }
    return lines;
  }

  private static String node(NodeWork work, int nameWidth, Style style) {
    var line = new StringBuilder("  ");
    line.append(pad(work.node(), nameWidth)).append("  ");
    line.append(state(pad(work.state(), 10), style)).append("  ");
    if (work.total() > 0) {
      line.append(style.cyan(ProgressBar.render(work.done(), work.total(), BAR))).append("  ");
      line.append(amount(work));
      if (work.perSecond() > 0) {
        line.append("  ").append(rate(work));
      }
      if (work.loss() > 0) {
        line.append("  loss ").append(Figures.fixed(work.loss(), 3));
      }
    } else if (work.examples() > 0) {
      line.append(Figures.count(work.examples())).append(" examples");
    }
    if (!work.reason().isEmpty()) {
      line.append("  ").append(work.reason());
    }
    return line.toString().stripTrailing();
  }

  private static String amount(NodeWork work) {
    return BYTES.contains(work.state())
        ? Figures.bytes(work.done()) + " of " + Figures.bytes(work.total())
        : Figures.count(work.done()) + " of " + Figures.count(work.total());
  }

  private static String rate(NodeWork work) {
    return BYTES.contains(work.state())
        ? Figures.bytes(Math.round(work.perSecond())) + "/s"
        : Figures.fixed(work.perSecond(), 0) + " examples/s";
  }

  /** The table of rounds that have figures: those that the plan shows; the best is marked. */
  public static List<String> rounds(RunStatus run, Style style) {
    List<Metric> shown = run.shownMetrics();
    List<String> heads = new ArrayList<>(List.of(">round"));
    shown.forEach(metric -> heads.add(head(run, metric)));
    Metric chosen = run.chosenMetric();
    boolean sites = run.rounds().stream().anyMatch(round -> round.sites().isPresent());
    if (sites) {
      heads.addAll(List.of("sites' " + SitesStatus.siteName(chosen), "worst site"));
    }
    boolean measured = measured(run);
    if (measured) {
      heads.add(">inexact");
    }
    boolean aged = aged(run);
    if (aged) {
      heads.add("staleness");
    }
    heads.addAll(List.of(">time", ">down", ">up", ">updates", ""));
    Table table = Table.of(heads.toArray(String[]::new));
    for (RoundStatus round : run.rounds()) {
      round
          .evaluation()
          .ifPresent(
              figures -> {
                List<String> cells = new ArrayList<>(List.of(Integer.toString(round.round())));
                shown.forEach(metric -> cells.add(figures.text(metric)));
                if (sites) {
                  cells.add(round.sites().map(all -> all.text(chosen)).orElse("–"));
                  cells.add(round.sites().map(all -> all.worstText(chosen)).orElse("–"));
                }
                if (measured) {
                  cells.add(round.inexactness());
                }
                if (aged) {
                  cells.add(round.staleness());
                }
                cells.add(Figures.seconds(round.seconds()));
                cells.add(Figures.bytes(round.bytesDown()));
                cells.add(Figures.bytes(round.bytesUp()));
                cells.add(updates(round));
                cells.add(note(run, round));
                table.row(cells.toArray(String[]::new));
              });
    }
    return table.render(style);
  }

  /** Whether rounds say how much a mean of adapters lost. */
  public static boolean measured(RunStatus run) {
    return run.rounds().stream()
        .anyMatch(round -> round.measures().containsKey(RoundStatus.INEXACTNESS));
  }

  /** Whether nodes work at their own pace, so that updates differ in age. */
  public static boolean aged(RunStatus run) {
    return run.rounds().stream()
        .anyMatch(round -> round.measures().containsKey(RoundStatus.STALENESS));
  }

  /** What a metric is called for a person. */
  public static String name(Metric metric) {
    return switch (metric) {
      case LOSS -> "held-out loss";
      case MACRO_F1 -> "macro-F1";
      default -> metric.token();
    };
  }

  private static String head(RunStatus run, Metric metric) {
    boolean interval =
        metric == Metric.ACCURACY
            || run.rounds().stream()
                .flatMap(round -> round.evaluation().stream())
                .map(figures -> figures.metrics().get(metric.token()))
                .anyMatch(value -> value != null && value.interval().isPresent());
    return interval ? name(metric) + " (95 %)" : ">" + name(metric);
  }

  private static String updates(RoundStatus round) {
    if (round.round() == 0) {
      return "–";
    }
    return round.refused() == 0
        ? Integer.toString(round.updates())
        : round.updates() + " (" + round.refused() + " refused)";
  }

  private static String note(RunStatus run, RoundStatus round) {
    if (round.round() == 0) {
      return run.from().isEmpty() ? "untouched base" : "from " + run.from();
    }
    return round.round() == run.bestRound() ? "best" : "";
  }

  private static String state(String state, Style style) {
    return switch (state.strip()) {
      case "completed", "counted", "received" -> style.green(state);
      case "failed", "refused" -> style.red(state);
      case "paused", "stopped", "declined", "cancelled" -> style.yellow(state);
      default -> state;
    };
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
