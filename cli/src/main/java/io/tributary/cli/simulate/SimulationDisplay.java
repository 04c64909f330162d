package io.tributary.cli.simulate;

import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.output.ProgressBar;
import io.tributary.cli.view.LinesDisplay;
import io.tributary.cli.view.RoundStatus;
import io.tributary.cli.view.RunFeed;
import io.tributary.cli.view.RunScreen;
import io.tributary.cli.view.RunStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * Shows a simulated run as it goes: redrawn in place on a terminal, one line a round elsewhere.
 * Confined to one thread.
 */
final class SimulationDisplay {
  private static final int NEWEST = 12;
  private static final int BAR = 30;

  private final Console console;
  private final LinesDisplay lines;
  private final RunFeed feed = new RunFeed();
  private final int cohort;
  private final IntSupplier updates;
  private int told = -1;

  /**
   * @param cohort updates that a round waits for
   * @param updates of the open round so far
   */
  SimulationDisplay(Console console, int cohort, IntSupplier updates) {
    this.console = console;
    this.lines = new LinesDisplay(console);
    this.cohort = cohort;
    this.updates = updates;
  }

  void show(RunStatus run) {
    if (console.json()) {
      return;
    }
    if (console.live()) {
      lines.draw(screen(run));
      return;
    }
    Optional<RoundStatus> newest = run.newest();
    if (newest.isPresent() && newest.get().round() > told) {
      told = newest.get().round();
      console.lines(feed.rounds(run));
    }
  }

  private List<String> screen(RunStatus run) {
    List<String> all = new ArrayList<>();
    all.add(RunScreen.headline(run, console.style()));
    if (!run.over()) {
      int done = updates.getAsInt();
      all.add(
          "  round "
              + ProgressBar.render(done, cohort, BAR)
              + " "
              + Figures.count(done)
              + " of "
              + Figures.count(cohort)
              + " updates   run "
              + ProgressBar.render(Math.max(0, run.round() - 1), run.plannedRounds(), BAR));
    }
    all.addAll(RunScreen.rounds(run.brief(NEWEST), console.style()));
    return all;
  }
}
