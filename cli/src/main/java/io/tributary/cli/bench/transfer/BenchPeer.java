package io.tributary.cli.bench.transfer;

import io.tributary.cli.process.JavaCommand;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process with a {@link BenchEnd}, as the bench that started it sees it. It dies with the bench:
 * its input ends. Belongs to one thread.
 */
final class BenchPeer implements AutoCloseable {
  private static final int END_SECONDS = 10;
  private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s*([0-9]+)");

  private final String name;
  private final Process process;
  private final BufferedReader answers;
  private final PrintStream commands;
  private final String ready;

  private BenchPeer(String name, Process process) {
    this.name = name;
    this.process = process;
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.ready = read();
  }

  /**
   * Starts a main class as the product's services are started, and waits until it is ready.
   *
   * @param log for its standard error
   * @param heap most memory of the heap, such as {@code 256m}
   */
  static BenchPeer start(Class<?> program, Path log, String heap, List<String> arguments) {
    List<String> command = JavaCommand.of(program.getName(), heap, List.of(), arguments);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      return new BenchPeer(program.getSimpleName(), process);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INTERNAL,
          program.getSimpleName() + ": can't be started (expected: a process). Report it.",
          e);
    }
  }

  /** What it said when it was ready. */
  String ready() {
    return ready;
  }

  /** Sends a command and waits for the words of its answer. */
  String ask(Object... words) {
    var line = new StringBuilder();
    for (Object word : words) {
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    commands.println(line);
    return read();
  }

  private String read() {
    try {
      String line = answers.readLine();
      if (line != null && line.startsWith("ok")) {
        return line.substring(2).strip();
      }
      throw FederationException.of(
          ErrorKind.WORKER_FAILED,
          name,
          line == null ? "ended" : line,
          "an answer",
          "See its log; --keep-files keeps it.");
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.WORKER_CRASHED, name + ": ended (expected: an answer). See its log.", e);
    }
  }

  /** Processor time so far. */
  double cpuSeconds() {
    return process.info().totalCpuDuration().map(time -> time.toMillis() / 1000.0).orElse(0.0);
  }

  /** Most resident memory so far, in bytes; 0 where the system does not tell. */
  long peakBytes() {
    try {
      Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
      Matcher matcher = PEAK.matcher(Files.readString(status, StandardCharsets.ISO_8859_1));
      return matcher.find() ? Long.parseLong(matcher.group(1)) << 10 : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    commands.close();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
