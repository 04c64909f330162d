package io.tributary.cli.process;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The operating system's limit of open files and connections of one process. A JVM raises its soft
 * limit to the hard one by itself; the hard one is raised here where the system allows it.
 */
public final class OpenFileLimit {
  private static final Pattern LIMIT =
      Pattern.compile("(?m)^Max open files\\s+\\S+\\s+([0-9]+|unlimited)");

  /* The number is the first word after the shell's name; what follows is the command. */
  private static final String RAISE = "ulimit -n \"$1\" 2>/dev/null; shift; exec \"$@\"";

  private OpenFileLimit() {}

  /** The hard limit of a process of this machine; needs Linux. */
  public static long of(long pid) {
    Path file = Path.of("/proc", String.valueOf(pid), "limits");
    try {
      return parse(Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INVALID_CONFIG,
          file + ": can't be read (expected: Linux, which tells limits there). Run it on Linux.",
          e);
    }
  }

  static long parse(String limits) {
    Matcher matcher = LIMIT.matcher(limits);
    if (!matcher.find()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "/proc limits",
          "no line of open files",
          "Max open files, as Linux writes it",
          "Run it on Linux.");
    }
    return matcher.group(1).equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(matcher.group(1));
  }

  /** The command, with the limit raised to so many files before it where that is allowed. */
  public static List<String> raised(long own, long files, List<String> command) {
    if (own >= files) {
      return command;
    }
    List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", RAISE, "sh"));
    words.add(String.valueOf(files));
    words.addAll(command);
    return words;
  }
}
