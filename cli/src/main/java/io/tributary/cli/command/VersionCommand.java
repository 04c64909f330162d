package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.Version;
import io.tributary.cli.output.Console;
import io.tributary.federation.json.JsonValue;
import picocli.CommandLine.Command;

@Command(
    name = "version",
    description = "Shows the versions of Tributary, DJL, PyTorch and Java, and the device.",
    footer = {"", "Example:", "  tributary version --json"})
final class VersionCommand extends BaseCommand {
  VersionCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    Version version = Version.ofBuild();
    String java = Runtime.version() + " (" + System.getProperty("java.vm.name") + ")";
    String device =
        "cpu, "
            + Runtime.getRuntime().availableProcessors()
            + " processors, "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch");
    console.line("tributary " + version.number() + " (commit " + version.commit() + ")");
    console.line("DJL       " + version.djl());
    console.line("PyTorch   " + version.pytorch());
    console.line("Java      " + java);
    console.line("device    " + device);
    console.json(
        JsonValue.object()
            .put("tributary", version.number())
            .put("commit", version.commit())
            .put("djl", version.djl())
            .put("pytorch", version.pytorch())
            .put("java", java)
            .put("device", device)
            .build());
    return 0;
  }
}
