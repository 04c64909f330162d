package io.tributary.cli.bench;

import io.tributary.cli.process.JavaCommand;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One process of the federation, started again after each death with the same command and folder.
 * Its log goes on over all its lives. Killing is safe from any thread; the rest belongs to one.
 */
final class Member {
  private static final int END_SECONDS = 15;

  private final String name;
  private final Path folder;
  private final Path log;
  private final String heap;
  private final List<String> arguments;
  private volatile Optional<Process> process = Optional.empty();
  private volatile long startedNanos;
  private Optional<String> failpoint = Optional.empty();
  private int lives;

  Member(String name, Path folder, Path log, String heap, List<String> arguments) {
    this.name = name;
    this.folder = folder;
    this.log = log;
    this.heap = heap;
    this.arguments = List.copyOf(arguments);
  }

  String name() {
    return name;
  }

  Path log() {
    return log;
  }

  /** Times it was started. */
  int lives() {
    return lives;
  }

  /** Of {@link System#nanoTime}. */
  long startedNanos() {
    return startedNanos;
  }

  /** The failpoint that its life was started with. */
  Optional<String> failpoint() {
    return failpoint;
  }

  long pid() {
    return process.map(Process::pid).orElse(0L);
  }

  boolean alive() {
    return process.map(Process::isAlive).orElse(false);
  }

  /** Starts a life; returns at once. */
  void start(Optional<String> armed) {
    List<String> flags =
        new ArrayList<>(
            armed.map(point -> List.of("-Dtributary.failpoint=" + point)).orElse(List.of()));
    try {
      failpoint = armed;
      lives++;
      startedNanos = System.nanoTime();
      process =
          Optional.of(
              new ProcessBuilder(JavaCommand.of(heap, flags, arguments))
                  .directory(folder.toFile())
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                  .start());
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INTERNAL, name + ": can't be started (expected: a process). Report it.", e);
    }
  }

  /** SIGKILL, if it is alive. */
  void kill() {
    process.ifPresent(Process::destroyForcibly);
  }

  /** Processor time of this life. */
  double cpuSeconds() {
    return process
        .flatMap(p -> p.info().totalCpuDuration())
        .map(time -> time.toMillis() / 1000.0)
        .orElse(0.0);
  }

  /** The workers that belong to it now. */
  List<ProcessHandle> workers() {
    return process
        .filter(Process::isAlive)
        .map(p -> p.toHandle().children().toList())
        .orElse(List.of());
  }

  /** Waits for the end after a kill. */
  void awaitDeath() {
    try {
      if (process.isPresent() && !process.get().waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        throw FederationException.of(
            ErrorKind.TIMED_OUT, name, "alive after a kill", "dead", "Look at the machine.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FederationException(ErrorKind.CANCELLED, "bench: interrupted", e);
    }
  }

  /** Asks it to stop by ending its input. */
  void endInput() {
    process.ifPresent(
        p -> {
          try {
            p.getOutputStream().close();
          } catch (IOException e) {
            p.destroy();
          }
        });
  }

  /** Waits for the end that was asked for, and kills what does not come to it. */
  void awaitEnd() {
    try {
      if (process.isPresent() && !process.get().waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        workers().forEach(ProcessHandle::destroyForcibly);
        kill();
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
  }
}
