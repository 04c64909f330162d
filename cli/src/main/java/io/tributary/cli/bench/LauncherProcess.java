package io.tributary.cli.bench;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A command started as a person starts it: by the launcher, in a process of its own. */
final class LauncherProcess implements AutoCloseable {
  private static final int LAST_LINES = 5;

  private final Process process;
  private final double seconds;

  private LauncherProcess(Process process, double seconds) {
    this.process = process;
    this.seconds = seconds;
  }

  /** The launcher that started this command. */
  static Path launcher() {
    Path launcher = Path.of(System.getProperty("tributary.home", ""), "tributary");
    if (!Files.isExecutable(launcher.toAbsolutePath())) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "launcher",
          launcher,
          "the file `tributary` of a checkout or an archive",
          "Start this bench by it.");
    }
    return launcher.toAbsolutePath();
  }

  /** Seconds from start to end of a command, which must end with 0. */
  static double seconds(Path folder, List<String> arguments) {
    try (LauncherProcess ended = until(folder, arguments, Pattern.compile("\\z."))) {
      return ended.seconds;
    }
  }

  /**
   * Starts a command and waits for the first line of its output in which a pattern is found, or for
   * its end with exit code 0.
   */
  static LauncherProcess until(Path folder, List<String> arguments, Pattern line) {
    List<String> command = new ArrayList<>(List.of(launcher().toString()));
    command.addAll(arguments);
    long start = System.nanoTime();
    try {
      Process process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      List<String> seen = new ArrayList<>();
      BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
      for (String next = lines.readLine(); next != null; next = lines.readLine()) {
        seen.add(next);
        if (line.matcher(next).find()) {
          return new LauncherProcess(process, since(start));
        }
      }
      int code = process.waitFor();
      if (code != 0) {
        throw FederationException.of(
            ErrorKind.WORKER_FAILED,
            String.join(" ", arguments),
            "exit code " + code + " after: " + end(seen),
            "0",
            "Run it by hand.");
      }
      return new LauncherProcess(process, since(start));
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INTERNAL, command.get(0) + ": can't be started (expected: a process).", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FederationException(ErrorKind.CANCELLED, "bench: interrupted", e);
    }
  }

  private static double since(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  private static String end(List<String> lines) {
    return String.join(" / ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
  }

  /** From the start to the line or the end. */
  double seconds() {
    return seconds;
  }

  /** Ends its input, which services take as their signal, and waits for its end. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      process.inputReader(StandardCharsets.UTF_8).lines().forEach(line -> {});
      process.waitFor();
    } catch (IOException | java.io.UncheckedIOException e) {
      process.destroy();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
