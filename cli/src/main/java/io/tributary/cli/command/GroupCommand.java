package io.tributary.cli.command;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** A command that only groups others; called alone it is a mistake. */
final class GroupCommand implements Runnable {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;

  private final CommandSpec spec;

  private GroupCommand(String name, String description) {
    spec = CommandSpec.forAnnotatedObject(this).name(name);
    spec.usageMessage().description(description);
  }

  static CommandSpec spec(String name, String description) {
    return new GroupCommand(name, description).spec;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "no command given (expected: " + String.join(", ", spec.subcommands().keySet()) + ")");
  }
}
