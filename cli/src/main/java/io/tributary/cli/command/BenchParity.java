package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.training.parity.ParityReport;
import io.tributary.training.parity.ParityRow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "parity",
    description = {
      "Holds what this build computes against reference vectors of PyTorch, transformers and",
      "scikit-learn, and prints the table of docs/reference/parity.md."
    },
    footer = {"", "Example:", "  tributary bench parity training/src/test/resources/golden"})
final class BenchParity extends BaseCommand {
  @Parameters(index = "0", paramLabel = "DIR", description = "Folder of the reference vectors.")
  Path folder = Path.of("");

  BenchParity(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    if (!Files.isDirectory(folder)) {
      throw FederationException.of(
          ErrorKind.NOT_FOUND, "folder", folder, "a folder of reference vectors", "Name it.");
    }
    List<ParityRow> rows = ParityReport.all(folder);
    console.line("| golden folder | quantity | largest error | rule | kept |");
    console.line("|---|---|---|---|---|");
    rows.forEach(row -> console.line(row.markdown()));
    long broken = rows.stream().filter(row -> !row.ok()).count();
    console.json(JsonValue.object().put("rows", rows.size()).put("broken", broken).build());
    return broken == 0 ? 0 : 1;
  }
}
