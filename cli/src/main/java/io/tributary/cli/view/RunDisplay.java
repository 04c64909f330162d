package io.tributary.cli.view;

import io.tributary.cli.output.Console;

/**
 * Shows views of a run as they come: redrawn in place on a terminal, as plain lines elsewhere, as
 * one JSON object a line with {@code --json}. Confined to one thread.
 */
public final class RunDisplay {
  private final Console console;
  private final RunFeed feed = new RunFeed();
  private final LinesDisplay lines;

  public RunDisplay(Console console) {
    this.console = console;
    this.lines = new LinesDisplay(console);
  }

  public void show(RunStatus run) {
    if (console.json()) {
      console.json(run.toJson());
    } else if (console.live()) {
      lines.draw(RunScreen.live(run, console.style()));
    } else {
      console.lines(feed.lines(run));
    }
  }
}
