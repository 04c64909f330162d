package io.tributary.cli;

import io.tributary.cli.command.CommandTree;
import io.tributary.cli.service.LogSetup;

/** The entry of the command {@code tributary}. */
public final class Tributary {
  private Tributary() {}

  public static void main(String[] arguments) {
    LogSetup.quiet();
    LogSetup.takeOverJavaLogging();
    Surroundings surroundings = Surroundings.ofProcess();
    String first = arguments.length == 0 ? "" : arguments[0];
    int exitCode = new CommandTree(surroundings, first).run(arguments);
    surroundings.out().flush();
    surroundings.err().flush();
    System.exit(exitCode);
  }
}
