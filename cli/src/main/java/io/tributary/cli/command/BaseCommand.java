package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** What every command has: help, JSON, verbosity and its surroundings. */
abstract class BaseCommand implements Callable<Integer> {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;

  @Option(
      names = "--json",
      description = "Answer as JSON: one object, or one a line where the answer is a stream.")
  boolean json;

  @Option(names = "--verbose", description = "Show the stack trace of an error.")
  boolean verbose;

  private final Surroundings surroundings;

  BaseCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Does the work and prints the answer; a failure is thrown. */
  abstract int run(Console console) throws Exception;

  @Override
  public final Integer call() throws Exception {
    return run(new Console(surroundings, json));
  }

  final boolean isVerbose() {
    return verbose;
  }

  final Surroundings surroundings() {
    return surroundings;
  }

  /** The path as seen from the folder the command was started in. */
  final Path resolve(Path path) {
    return surroundings.resolve(path);
  }

  /** The path as a person sees it: relative to the folder they are in where it lies below. */
  final String shown(Path path) {
    Path folder = surroundings.folder();
    Path absolute = path.toAbsolutePath().normalize();
    return absolute.startsWith(folder) && !absolute.equals(folder)
        ? folder.relativize(absolute).toString()
        : path.toString();
  }

  /** The path of a file that must exist. */
  final Path existing(Path path) {
    Path resolved = resolve(path);
    if (!Files.exists(resolved)) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          path.toString(),
          "no such file or folder",
          "an existing one",
          "Check the path.");
    }
    return resolved;
  }
}
