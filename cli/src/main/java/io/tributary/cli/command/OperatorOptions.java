package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.config.ConfigFile;
import io.tributary.cli.config.OperatorConfig;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.rpc.OperatorConnection;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where an operator's command finds its coordinator. */
final class OperatorOptions {
  private static final String VARIABLE = "TRIBUTARY_OPERATOR";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The operator's file (default: the variable " + VARIABLE + ", else ./operator.yaml).")
  Optional<Path> config = Optional.empty();

  OperatorConnection connect(Surroundings surroundings) {
    Path file =
        config.orElseGet(
            () -> {
              String named = surroundings.environment().getOrDefault(VARIABLE, "");
              return Path.of(named.isEmpty() ? "operator.yaml" : named);
            });
    Overrides overrides = Overrides.of("operator", List.of(), surroundings.environment());
    return OperatorConnection.open(
        ConfigFile.read(surroundings.resolve(file), overrides).as(OperatorConfig::read));
  }

  /** How to name the file again in a command to be pasted; empty when it is found without. */
  String again() {
    return config.map(file -> " --config " + file).orElse("");
  }
}
