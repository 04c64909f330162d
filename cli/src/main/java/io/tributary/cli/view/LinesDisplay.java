package io.tributary.cli.view;

import io.tributary.cli.output.Console;
import java.util.List;

/** Draws lines over those it drew before, on a terminal. Confined to one thread. */
public final class LinesDisplay {
  private final Console console;
  private int drawn;

  public LinesDisplay(Console console) {
    this.console = console;
  }

  /** Puts the lines where the last ones stand. */
  public void draw(List<String> lines) {
    var text = new StringBuilder();
    if (drawn > 0) {
      text.append("\u001b[").append(drawn).append('A');
    }
    lines.forEach(line -> text.append("\u001b[2K").append(cut(line)).append('\n'));
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
