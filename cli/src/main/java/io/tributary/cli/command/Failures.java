package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.settings.NearestKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one line on standard error and an exit code. */
final class Failures {
  private final Surroundings surroundings;

  Failures(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** A command line that breaks a rule: exit code 2. */
  int usage(ParameterException failure, String... arguments) {
    CommandLine command = failure.getCommandLine();
    String reason = reason(failure);
    CommandLine reached = root(command);
    for (String argument : arguments) {
      CommandLine next = reached.getSubcommands().get(argument);
      if (next == null) {
        if (!argument.startsWith("-") && !reached.getSubcommands().isEmpty()) {
          // a mistyped command would otherwise be blamed on what follows it
          command = reached;
          reason = unknown(reached, argument);
        }
        break;
      }
      reached = next;
    }
    String name = command.getCommandSpec().qualifiedName();
    print(name + ": " + reason + " See: " + name + " --help");
    return ErrorKind.INVALID_CONFIG.exitCode();
  }

  private static CommandLine root(CommandLine command) {
    CommandLine root = command;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    return root;
  }

  /** A failure of the work itself. */
  int work(Exception failure, CommandLine command) {
    Throwable cause = unwrap(failure);
    boolean verbose =
        command.getCommandSpec().userObject() instanceof BaseCommand base && base.isVerbose();
    if (verbose) {
      cause.printStackTrace(surroundings.err());
    }
    if (cause instanceof FederationException known) {
      print("tributary: " + known.sentence());
      return known.kind().exitCode();
    }
    if (cause instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      print("tributary: interrupted");
      return ErrorKind.CANCELLED.exitCode();
    }
    if (cause instanceof IOException io) {
      print("tributary: " + sentence(io));
      return 1;
    }
    print(
        "tributary: internal error: "
            + cause
            + (verbose ? "" : " Run it again with --verbose and report the stack trace."));
    return ErrorKind.INTERNAL.exitCode();
  }

  private static String sentence(IOException failure) {
    if (failure instanceof FileSystemException file) {
      String reason = file.getReason();
      String what =
          reason == null
              ? failure
                  .getClass()
                  .getSimpleName()
                  .replace("Exception", "")
                  .replaceAll("([a-z])([A-Z])", "$1 $2")
                  .toLowerCase(java.util.Locale.ROOT)
              : reason;
      return file.getFile() + ": " + what + ". Check the path, its permissions and the disk.";
    }
    return "input or output failed: " + failure.getMessage() + ". Check files and disk.";
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable current = failure;
    while ((current instanceof ExecutionException
            || current instanceof CompletionException
            || current instanceof UncheckedIOException)
        && current.getCause() != null) {
      current = current.getCause();
    }
    return current;
  }

  private static String reason(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    if (failure instanceof UnmatchedArgumentException unmatched) {
      String argument = unmatched.getUnmatched().isEmpty() ? "" : unmatched.getUnmatched().get(0);
      return unknown(command, argument);
    }
    if (failure instanceof MissingParameterException) {
      return String.valueOf(failure.getMessage()).replace('\n', ' ') + ".";
    }
    return String.valueOf(failure.getMessage()).replaceAll("\\s*\\n\\s*", " ") + ".";
  }

  private static String unknown(CommandLine command, String argument) {
    boolean option = argument.startsWith("-");
    List<String> known = new ArrayList<>();
    if (option) {
      command.getCommandSpec().options().stream()
          .filter(o -> !o.hidden())
          .forEach(o -> known.addAll(List.of(o.names())));
    } else {
      known.addAll(command.getSubcommands().keySet());
    }
    if (known.isEmpty()) {
      return "unexpected argument \"" + argument + "\" (expected: none).";
    }
    Optional<String> nearest = NearestKey.of(argument.replaceAll("=.*", ""), known);
    return (option ? "unknown option \"" : "unknown command \"")
        + argument
        + "\" (expected: "
        + String.join(", ", known)
        + ")."
        + nearest.map(word -> " Did you mean \"" + word + "\"?").orElse("");
  }

  private void print(String line) {
    surroundings.err().println(line.replaceAll("\\s*[\\r\\n]+\\s*", " "));
  }
}
