package io.tributary.cli.bench;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A child process that ends when its input does. Belongs to one thread, {@link #kill} excepted. */
final class IdleProcess implements AutoCloseable {
  private static final int END_SECONDS = 20;

  private final String name;
  private final Path log;
  private final Process process;
  private final BufferedWriter orders;
  private final BufferedReader answers;

  private IdleProcess(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
    this.orders =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts a command.
   *
   * @param answers whether its output is read by {@link #ask}; else it goes to the log too
   */
  static IdleProcess start(
      String name, Path folder, Path log, boolean answers, List<String> command) {
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    if (!answers) {
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    }
    try {
      return new IdleProcess(name, log, builder.start());
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INTERNAL, name + ": can't be started (expected: a process). Report it.", e);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Writes a line and reads the line that answers it. */
  String ask(String order) {
    try {
      orders.write(order);
      orders.newLine();
      orders.flush();
      String answer = answers.readLine();
      if (answer != null) {
        return answer;
      }
    } catch (IOException e) {
      throw gone(e);
    }
    throw gone(null);
  }

  private FederationException gone(@org.jspecify.annotations.Nullable Exception cause) {
    String sentence = name + ": it ended (expected: an answer). See its log " + log + ".";
    return cause == null
        ? new FederationException(ErrorKind.WORKER_CRASHED, sentence)
        : new FederationException(ErrorKind.WORKER_CRASHED, sentence, cause);
  }

  /** SIGKILL, and waits for the end. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  private boolean awaitEnd() {
    try {
      return process.waitFor(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      process.destroy();
    }
    if (!awaitEnd()) {
      process.destroyForcibly();
    }
  }
}
