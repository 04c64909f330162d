package io.tributary.transport.testing;

import io.tributary.transport.artifact.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** The machine's disk, with a test's act before files are forced or renamed. */
public final class HookedDisk implements Disk {
  /** What happens before the disk does something with a file. */
  @FunctionalInterface
  public interface Act {
    /** Throws where the disk is to fail. */
    void before(Path file) throws IOException;
  }

  private final Disk real = Disk.system();
  private volatile Act force = file -> {};
  private volatile Act move = file -> {};

  /** Before each force of a file, also of one that is open. */
  public HookedDisk onForce(Act act) {
    force = act;
    return this;
  }

  /** Before each renaming; is given the old name. */
  public HookedDisk onMove(Act act) {
    move = act;
    return this;
  }

  @Override
  public FileChannel open(Path file, OpenOption... options) throws IOException {
    return real.open(file, options);
  }

  @Override
  public void createFolder(Path folder) throws IOException {
    real.createFolder(folder);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    move.before(from);
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
    force.before(file);
    real.force(file);
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    real.forceFolder(folder);
  }
}
