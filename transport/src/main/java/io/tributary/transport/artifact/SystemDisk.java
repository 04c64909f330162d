package io.tributary.transport.artifact;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The operating system's files. Several forces are asked for at once: a disk does them together, in
 * about the time of one. The threads {@code tributary-force} belong to this class, are shared by
 * all of the process and end when they have been idle for some seconds.
 */
final class SystemDisk implements Disk {
  private static final int THREADS = 8;
  private static final ThreadPoolExecutor FORCES = threads();

  private static ThreadPoolExecutor threads() {
    var pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              var thread = new Thread(work, "tributary-force");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** One path to force. */
  @FunctionalInterface
  private interface Force {
    void force(Path path) throws IOException;
  }

  @Override
  public FileChannel open(Path file, OpenOption... options) throws IOException {
    return FileChannel.open(file, options);
  }

  @Override
  public void createFolder(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void link(Path link, Path existing) throws IOException {
    Files.createLink(link, existing);
  }

  @Override
  public void delete(Path path) throws IOException {
    Files.deleteIfExists(path);
  }

  @Override
  public void force(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  @Override
  public void force(Path file, FileChannel open) throws IOException {
    open.force(true);
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void forceAll(List<Path> files) throws IOException {
    together(files, this::force);
  }

  @Override
  public void forceFolders(List<Path> folders) throws IOException {
    together(folders, this::forceFolder);
  }

  /** The last on the calling thread, the others beside it. */
  private static void together(List<Path> paths, Force force) throws IOException {
    List<Future<?>> others = new ArrayList<>();
    for (Path path : paths.subList(0, Math.max(0, paths.size() - 1))) {
      others.add(
          FORCES.submit(
              () -> {
                force.force(path);
                return path;
              }));
    }
    if (!paths.isEmpty()) {
      force.force(paths.get(paths.size() - 1));
    }
    for (Future<?> other : others) {
      await(other);
    }
  }

  private static void await(Future<?> force) throws IOException {
    try {
      force.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the disk was waited for");
    }
  }
}
