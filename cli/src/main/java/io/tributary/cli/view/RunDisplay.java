package io.tributary.cli.view;

import io.tributary.cli.output.Console;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows views of a run as they come: redrawn in place on a terminal, as plain lines elsewhere, as
 * one JSON object a line with {@code --json}. Confined to one thread.
 */
public final class RunDisplay {
  private final Console console;
  private final RunFeed feed = new RunFeed();
  private int drawn;

  public RunDisplay(Console console) {
    this.console = console;
  }

  public void show(RunStatus run) {
    if (console.json()) {
      console.json(run.toJson());
    } else if (console.live()) {
      redraw(RunScreen.live(run, console.style()));
    } else {
      console.lines(feed.lines(run));
    }
  }

  private void redraw(List<String> lines) {
    var text = new StringBuilder();
    if (drawn > 0) {
      text.append("\u001b[").append(drawn).append('A');
    }
    List<String> cut = new ArrayList<>();
    lines.forEach(line -> cut.add(cut(line)));
    cut.forEach(line -> text.append("\u001b[2K").append(line).append('\n'));
    text.append("\u001b[J");
    console.raw(text.toString());
    drawn = lines.size();
  }

  /** A line longer than the terminal would wrap and spoil the redrawing. */
  private String cut(String line) {
    String plain = line.replaceAll("\u001b\\[[0-9;]*m", "");
    return plain.length() < console.columns()
        ? line
        : plain.substring(0, Math.max(0, console.columns() - 2)) + "…";
  }
}
