package io.tributary.transport.artifact;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes files so that after a crash each is whole or absent: temporary name, force, rename, force
 * the folder. The unforced form does the same without waiting for the disk. Failures name the file
 * ({@link DiskFailure}).
 */
public final class DurableFiles {
  private final boolean forcing;

  private DurableFiles(boolean forcing) {
    this.forcing = forcing;
  }

  /** Waits for the disk. */
  public static DurableFiles forced() {
    return new DurableFiles(true);
  }

  /** Leaves it to the operating system; for simulations. */
  public static DurableFiles unforced() {
    return new DurableFiles(false);
  }

  /** Writes or replaces a small file as one step. */
  public void write(Path file, byte[] bytes) {
    Path temporary = temporary(file);
    try {
      Files.createDirectories(folder(file));
      try (var channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        if (forcing) {
          channel.force(true);
        }
      }
      rename(temporary, file);
    } catch (IOException e) {
      throw DiskFailure.of(file, e);
    }
  }

  /** Forces a finished file, renames it (replacing) and forces the folder. */
  public void publish(Path temporary, Path file) {
    try {
      Files.createDirectories(folder(file));
      force(temporary);
      rename(temporary, file);
    } catch (IOException e) {
      throw DiskFailure.of(file, e);
    }
  }

  /** Waits until a file's bytes are on the disk. */
  public void force(Path file) {
    if (!forcing) {
      return;
    }
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    } catch (IOException e) {
      throw DiskFailure.of(file, e);
    }
  }

  /** Waits until a folder's entries are on the disk. */
  public void forceFolder(Path folder) {
    if (!forcing) {
      return;
    }
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw DiskFailure.of(folder, e);
    }
  }

  /** Makes a folder with its parents and forces the entry. */
  public void createFolder(Path folder) {
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
        forceFolder(folder(folder));
      }
    } catch (IOException e) {
      throw DiskFailure.of(folder, e);
    }
  }

  /** Removes a file if it is there. */
  public void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw DiskFailure.of(file, e);
    }
  }

  private void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceFolder(folder(to));
  }

  private static Path temporary(Path file) {
    return folder(file).resolve("." + file.getFileName() + ".new");
  }

  private static Path folder(Path file) {
    return requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder");
  }
}
