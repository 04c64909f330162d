package io.tributary.cli.process;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The processes that a demonstration starts: other commands of this command line, each with a log
 * of its own. They end when their standard input does, hence also when this process is killed. Safe
 * for use by a shutdown hook.
 */
public final class Children implements AutoCloseable {
  private static final int LAST_LINES = 5;

  /** One process. */
  public record Child(String name, Process process, Path log) {}

  private final List<Child> children = Collections.synchronizedList(new ArrayList<>());
  private final Path folder;
  private final Path logs;
  private final int graceSeconds;

  /**
   * None yet.
   *
   * @param folder that they start in; the file {@code pids} there names them
   * @param logs folder of their logs, {@code NAME.log}
   * @param graceSeconds that they have to end when they are asked to
   */
  public Children(Path folder, Path logs, int graceSeconds) {
    this.folder = folder;
    this.logs = logs;
    this.graceSeconds = graceSeconds;
  }

  /** Starts {@code tributary ARGUMENTS} with its output in a log. */
  public Child start(String name, String heap, List<String> arguments) {
    return start(name, JavaCommand.of(heap, List.of(), arguments));
  }

  /** Starts a command with its output in a log. */
  public Child start(String name, List<String> command) {
    Path log = logs.resolve(name + ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      Child child = new Child(name, process, log);
      children.add(child);
      writePids();
      return child;
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INTERNAL, name + ": can't be started (expected: a process). Report it.", e);
    }
  }

  private void writePids() throws IOException {
    var text = new StringBuilder();
    for (Child child : List.copyOf(children)) {
      text.append(child.name()).append(' ').append(child.process().pid()).append('\n');
    }
    Files.writeString(folder.resolve("pids"), text, StandardCharsets.UTF_8);
  }

  /** Refuses to go on when a process has ended, quoting the end of its log. */
  public void checkAlive() {
    for (Child child : List.copyOf(children)) {
      if (!child.process().isAlive()) {
        throw new FederationException(
            ErrorKind.WORKER_CRASHED,
            child.name()
                + ": ended with exit code "
                + child.process().exitValue()
                + " (expected: running). Its log "
                + child.log()
                + " ends with: "
                + end(child.log()));
      }
    }
  }

  private static String end(Path log) {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
      return String.join(
          " / ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException e) {
      return "nothing readable";
    }
  }

  /** Asks all to stop, nodes before the coordinator, and ends those that do not in time. */
  @Override
  public void close() {
    List<Child> open = new ArrayList<>(List.copyOf(children));
    Collections.reverse(open);
    open.forEach(Children::endInput);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(graceSeconds);
    for (Child child : open) {
      await(child, deadline);
    }
    children.clear();
  }

  private static void endInput(Child child) {
    try {
      child.process().getOutputStream().close();
    } catch (IOException e) {
      child.process().destroy();
    }
  }

  private static void await(Child child, long deadline) {
    try {
      long left = Math.max(0, deadline - System.nanoTime());
      if (!child.process().waitFor(left, TimeUnit.NANOSECONDS)) {
        child.process().descendants().forEach(ProcessHandle::destroyForcibly);
        child.process().destroyForcibly();
      }
    } catch (InterruptedException e) {
      child.process().destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
