package io.tributary.cli.command;

import io.tributary.cli.bench.BenchModel;
import io.tributary.cli.bench.BenchSettings;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of a bench that starts a federation of processes. */
final class BenchOptions {
  @Option(
      names = "--model",
      paramLabel = "NAME",
      defaultValue = "tabular",
      description = "tabular or minilm (default: ${DEFAULT-VALUE}).")
  String model = "tabular";

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of data, training and instants (default: ${DEFAULT-VALUE}).")
  long seed = 1;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "Number of nodes (default: ${DEFAULT-VALUE}).")
  int nodes = 3;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Rounds of each run (default: ${DEFAULT-VALUE}).")
  int rounds = 3;

  @Option(
      names = "--keep-files",
      paramLabel = "DIR",
      description = "Folder for all files, logs included, new or empty (default: a temporary one).")
  Optional<Path> keep = Optional.empty();

  BenchSettings settings(Path folder) {
    return new BenchSettings(folder, model(), seed, nodes, rounds);
  }

  private BenchModel model() {
    for (BenchModel known : BenchModel.values()) {
      if (known.toString().equals(model)) {
        return known;
      }
    }
    throw FederationException.of(
        ErrorKind.INVALID_CONFIG, "--model", model, "tabular or minilm", "Choose one.");
  }
}
