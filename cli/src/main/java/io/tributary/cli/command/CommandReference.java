package io.tributary.cli.command;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The reference page of commands, made from the tree itself. */
final class CommandReference {
  private CommandReference() {}

  /** The page as Markdown. */
  static String markdown(CommandLine root) {
    var page = new StringBuilder("# Commands\n\n");
    page.append("Made from the command tree; `tributary COMMAND --help` shows the same.\n");
    root.getSubcommands().values().forEach(command -> append(page, command));
    return page.toString();
  }

  private static void append(StringBuilder page, CommandLine command) {
    if (command.getSubcommands().isEmpty()) {
      CommandSpec spec = command.getCommandSpec();
      page.append("\n## ").append(spec.qualifiedName()).append("\n\n```\n");
      String usage =
          new CommandLine(spec)
              .setUsageHelpWidth(100)
              .getUsageMessage(CommandLine.Help.Ansi.OFF)
              .stripTrailing();
      page.append(usage).append("\n```\n");
    }
    command.getSubcommands().values().forEach(inner -> append(page, inner));
  }
}
