package io.tributary.transport.testing;

import io.tributary.transport.artifact.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.function.Predicate;

/** A disk that has no room for some files, until a test makes room. Names cost nothing. */
public final class FullDisk implements Disk {
  private final Disk real = Disk.system();
  private volatile Predicate<Path> full = file -> false;

  /** From now on there is no room for these files. */
  public void fill(Predicate<Path> files) {
    full = files;
  }

  /** From now on there is room for all. */
  public void free() {
    full = file -> false;
  }

  @Override
  public FileChannel open(Path file, OpenOption... options) throws IOException {
    return new WatchedChannel(real.open(file, options), size -> checkRoom(file));
  }

  private void checkRoom(Path file) throws IOException {
    if (full.test(file)) {
      throw new FileSystemException(file.toString(), null, "No space left on device");
    }
  }

  @Override
  public void createFolder(Path folder) throws IOException {
    real.createFolder(folder);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    real.move(from, to);
  }

  @Override
  public void link(Path link, Path existing) throws IOException {
    real.link(link, existing);
  }

  @Override
  public void delete(Path path) throws IOException {
    real.delete(path);
  }

  @Override
  public void force(Path file) throws IOException {
    real.force(file);
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    real.forceFolder(folder);
  }
}
