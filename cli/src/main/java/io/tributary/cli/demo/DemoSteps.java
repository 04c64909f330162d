package io.tributary.cli.demo;

import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;

/** Tells a person what the demonstration does, step by step, with the time each took. */
final class DemoSteps {
  private final Console console;
  private int number;

  DemoSteps(Console console) {
    this.console = console;
  }

  /** Work that may fail. */
  interface Work {
    /** Does it; the answer is a line about what was done. */
    String run();
  }

  /** Does the work and prints its line with number, name and seconds. */
  void step(String name, Work work) {
    long started = System.nanoTime();
    number++;
    if (console.live()) {
      console.raw(number + ". " + name + " …");
    }
    String line = work.run();
    if (console.live()) {
      console.raw("\r\u001b[2K");
    }
    say(
        number
            + ". "
            + console.style().bold(name)
            + ": "
            + line
            + console
                .style()
                .dim(" (" + Figures.seconds((System.nanoTime() - started) / 1e9) + ")"));
  }

  /** Prints the heading of a step that shows itself. */
  void heading(String name, String line) {
    number++;
    say(number + ". " + console.style().bold(name) + ": " + line);
  }

  /** A line to a person; beside the answer when that is JSON. */
  void say(String line) {
    if (console.json()) {
      console.note(line);
    } else {
      console.line(line);
    }
  }
}
