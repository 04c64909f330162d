package io.tributary.cli.simulate;

import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.output.ProgressBar;
import io.tributary.cli.view.LinesDisplay;
import io.tributary.cli.view.RoundStatus;
import io.tributary.cli.view.RunStatus;
import io.tributary.federation.plan.Metric;
import java.util.List;

/**
 * Shows how far a cell of an experiment is: one line that is redrawn on a terminal, a line when it
 * begins elsewhere. Confined to one thread.
 */
final class CellDisplay {
  private static final int BAR = 20;

  private final Console console;
  private final LinesDisplay lines;
  private final String place;
  private final Metric metric;

  CellDisplay(Console console, String place, Metric metric) {
    this.console = console;
    this.lines = new LinesDisplay(console);
    this.place = place;
    this.metric = metric;
  }

  void begin() {
    if (console.live()) {
      lines.draw(List.of(place + ": reading the data"));
    } else {
      console.line(place + ": begun");
    }
  }

  void show(RunStatus run) {
    if (console.live()) {
      lines.draw(List.of(line(run)));
    }
  }

  private String line(RunStatus run) {
    int rounds = run.plannedRounds();
    String newest =
        run.newest()
            .flatMap(RoundStatus::evaluation)
            .map(figures -> ", " + Figures.fixed(figures.value(metric), 4))
            .orElse("");
    return place
        + "  "
        + ProgressBar.render(Math.max(0, run.round() - 1), rounds, BAR)
        + " round "
        + run.round()
        + " of "
        + rounds
        + newest;
  }

  /** Leaves the place of the line to what comes next. */
  void end() {
    if (console.live()) {
      lines.draw(List.of());
    }
  }
}
