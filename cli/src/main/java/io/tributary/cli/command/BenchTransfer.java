package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.bench.BenchFolder;
import io.tributary.cli.bench.transfer.TransferBench;
import io.tributary.cli.bench.transfer.TransferSettings;
import io.tributary.cli.output.Console;
import io.tributary.federation.DataSize;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "transfer",
    description = {
      "Fetches and submits a file between two processes over mutual TLS on loopback, with the",
      "services and stores of coordinator and node, alternately with two plain programs: one raw",
      "TLS stream, and the same hashed, written and forced. Needs room for six times the size;",
      "files of 2 GB and more are sparse at their sender."
    },
    footer = {"", "Example:", "  tributary bench transfer --size 1GB --cycles 10"})
final class BenchTransfer extends BaseCommand {
  @Option(
      names = "--size",
      paramLabel = "SIZE",
      defaultValue = "1GB",
      description = "Bytes of a transfer (default: ${DEFAULT-VALUE}).")
  String size = "1GB";

  @Option(
      names = "--cycles",
      paramLabel = "N",
      defaultValue = "10",
      description = "Measured cycles (default: ${DEFAULT-VALUE}).")
  int cycles = 10;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "Cycles before them; the first one is told as the cold one (default: ${DEFAULT-VALUE}).")
  int warmUps = 3;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "8",
      description = "Nodes that transfer at once in the last part (default: ${DEFAULT-VALUE}).")
  int nodes = 8;

  @Option(
      names = "--keep-files",
      paramLabel = "DIR",
      description = "Folder for all files, logs included, new or empty (default: a temporary one).")
  Optional<Path> keep = Optional.empty();

  BenchTransfer(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    settings(Path.of("")); // what can't be is refused before a folder is made
    BenchFolder.use(
        keep.map(this::resolve),
        folder -> {
          TransferBench.run(settings(folder), console);
          return true;
        },
        folder -> console.note("files and logs stay in " + folder));
    return 0;
  }

  private TransferSettings settings(Path folder) {
    return new TransferSettings(folder, DataSize.parse(size), cycles, warmUps, nodes);
  }
}
