package io.tributary.cli.command;

import io.tributary.cli.output.Console;
import io.tributary.client.check.CheckFinding;
import io.tributary.federation.json.JsonValue;
import java.util.List;
import java.util.Locale;

/** Prints what a check found, a line each with its fix. */
final class Findings {
  private Findings() {}

  /** Prints all; the exit code is 1 when one failed. */
  static int print(List<CheckFinding> findings, Console console) {
    for (CheckFinding finding : findings) {
      String word = finding.outcome().name().toLowerCase(Locale.ROOT);
      String shown =
          switch (finding.outcome()) {
            case OK -> console.style().green(word);
            case WARNING -> console.style().yellow(word);
            case FAILED -> console.style().red(word);
          };
      console.line(
          shown
              + " ".repeat(9 - word.length())
              + finding.name()
              + ": "
              + finding.sentence()
              + (finding.fix().isEmpty() ? "" : " Fix: " + finding.fix()));
    }
    boolean failed = findings.stream().anyMatch(f -> f.outcome() == CheckFinding.Outcome.FAILED);
    console.json(
        JsonValue.object()
            .put("ok", !failed)
            .put("findings", JsonValue.array(findings.stream().map(CheckFinding::toJson).toList()))
            .build());
    return failed ? 1 : 0;
  }
}
