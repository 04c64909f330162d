package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.coordinator.check.StateBackup;
import io.tributary.federation.json.JsonValue;
import io.tributary.transport.artifact.DurableFiles;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "backup",
    description = {
      "Copies a coordinator's state folder as it is at one moment, also while the coordinator runs:",
      "the journal, then the files that it names. The copy is checked. To restore, start a",
      "coordinator with the copy as its state."
    },
    footer = {
      "",
      "Example:",
      "  tributary coordinator backup --state /var/lib/tributary --to /backup/monday"
    })
final class CoordinatorBackup extends BaseCommand {
  @Option(
      names = "--state",
      required = true,
      paramLabel = "DIR",
      description = "The coordinator's state folder; nothing in it is changed.")
  Path state = Path.of("");

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description = "A new or empty folder for the copy.")
  Path target = Path.of("");

  CoordinatorBackup(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    Path to = resolve(target);
    StateBackup.Contents held = StateBackup.run(existing(state), to, DurableFiles.forced());
    console.line(
        shown(to)
            + ": "
            + held.runs()
            + " runs, "
            + held.files()
            + " files, "
            + Figures.bytes(held.bytes())
            + "; checked");
    console.json(
        JsonValue.object()
            .put("backup", to.toString())
            .put("runs", held.runs())
            .put("files", held.files())
            .put("bytes", held.bytes())
            .build());
    return 0;
  }
}
