package io.tributary.cli.bench;

import io.tributary.cli.output.Console;
import java.util.List;

/** Figures on a terminal, or one JSON object each. */
public final class FigureTable {
  private FigureTable() {}

  /** Prints all; whether every limit was kept. */
  public static boolean print(List<Measured> figures, Console console) {
    boolean kept = true;
    for (Measured measured : figures) {
      Figure figure = measured.figure();
      String limit = measured.limit().text();
      boolean held = figure.against() != 0;
      console.line(
          String.format(
                  "%-32s %-36s %10s %-10s %s %s",
                  figure.name(),
                  figure.metric(),
                  PerformancePage.number(figure.value()),
                  figure.unit(),
                  held
                      ? "= " + PerformancePage.number(figure.value() / figure.against()) + " ×"
                      : "",
                  limit.isEmpty() ? "" : limit + (measured.kept() ? " kept" : " NOT KEPT"))
              .stripTrailing());
      console.json(figure.json().put("limit", limit).put("kept", measured.kept()).build());
      kept &= measured.kept();
    }
    return kept;
  }
}
