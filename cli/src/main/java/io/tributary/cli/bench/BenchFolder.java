package io.tributary.cli.bench;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The folder of a bench: one that is kept, or a temporary one that goes when all went well. */
public final class BenchFolder {
  private static final long LOOK_NANOS = 200_000_000;
  private static final int LOOKS = 150;

  private BenchFolder() {}

  /**
   * Runs a bench in a folder; a temporary one stays where the bench fails, and goes where a signal
   * ends it.
   *
   * @param keep folder to use and keep, new or empty
   * @param failed is told of a temporary folder that stays
   */
  public static boolean use(
      Optional<Path> keep, Predicate<Path> bench, java.util.function.Consumer<Path> failed) {
    Path folder = keep.orElseGet(BenchFolder::temporary);
    boolean well = false;
    var hook = new Thread(() -> removeAtLast(folder), "bench-folder");
    if (keep.isEmpty()) {
      Runtime.getRuntime().addShutdownHook(hook);
    }
    try {
      well = bench.test(folder);
      return well;
    } finally {
      CrashBench.removeHook(hook);
      if (keep.isEmpty() && well) {
        remove(folder);
      } else if (keep.isEmpty() && !hook.isAlive()) {
        failed.accept(folder);
      }
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("tributary-bench");
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL,
          "temporary folder: can't be made (expected: room). Name one with --keep-files.",
          e);
    }
  }

  /** For an end by a signal: processes of the bench that are ending too may still write there. */
  static void removeAtLast(Path folder) {
    for (int look = 0; look < LOOKS && Files.exists(folder); look++) {
      try {
        remove(folder);
      } catch (FederationException | UncheckedIOException e) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
  }

  /** Removes a folder with all that lies in it. */
  static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INTERNAL, folder + ": can't be removed (expected: it can). Remove it.", e);
    }
  }
}
