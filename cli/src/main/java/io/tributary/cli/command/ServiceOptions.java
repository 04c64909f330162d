package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.config.ConfigFile;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.service.LogSetup;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of a long-running command. */
final class ServiceOptions {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The configuration, a YAML file; paths in it start from its folder.")
  Path config = Path.of("");

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A value put over the file's, such as limits.spool=10GB; repeatable.")
  List<String> settings = new ArrayList<>();

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      defaultValue = "info",
      description = "error, warn, info or debug (default: ${DEFAULT-VALUE}).")
  String logLevel = "info";

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json (default: ${DEFAULT-VALUE}).")
  String logFormat = "text";

  @Option(
      names = "--stop-with-input",
      description = "Stop when standard input ends: for programs that start this one.")
  boolean stopWithInput;

  /** Reads the file with its overrides. */
  ConfigFile read(String word, Surroundings surroundings) {
    return ConfigFile.read(
        surroundings.resolve(config), Overrides.of(word, settings, surroundings.environment()));
  }

  /** Sets the logs up; to be called before anything logs. */
  void startLogs() {
    choose("--log-level", logLevel, List.of("error", "warn", "info", "debug"));
    choose("--log-format", logFormat, List.of("text", "json"));
    LogSetup.service(logLevel, logFormat.equals("json"));
  }

  private static void choose(String option, String value, List<String> choices) {
    if (!choices.contains(value)) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG, option, value, String.join(", ", choices), "Choose one.");
    }
  }
}
