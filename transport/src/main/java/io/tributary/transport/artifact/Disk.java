package io.tributary.transport.artifact;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;

/**
 * Everything that changes files: the one door between stores and a disk, so that a test can put a
 * disk behind it that forgets what was not forced when the power fails, or that is full. Reading
 * goes straight to the file system. Safe for all threads.
 */
public interface Disk {
  /** The file systems of this machine. */
  static Disk system() {
    return new SystemDisk();
  }

  /** Opens a file, made where the options say so; what is written is not durable yet. */
  FileChannel open(Path file, OpenOption... options) throws IOException;

  /** Makes one folder; there already is no failure. Not durable yet. */
  void createFolder(Path folder) throws IOException;

  /** Renames as one step and replaces a file of the new name. Not durable yet. */
  void move(Path from, Path to) throws IOException;

  /** A second name for a file. Not durable yet. */
  void link(Path link, Path existing) throws IOException;

  /** Removes a file or an empty folder, if it is there. Not durable yet. */
  void delete(Path path) throws IOException;

  /** Waits until a file's bytes are on the disk. */
  void force(Path file) throws IOException;

  /**
   * The same for a file that is open.
   *
   * @param open as {@link #open} gave it
   */
  default void force(Path file, FileChannel open) throws IOException {
    force(file);
  }

  /** Waits until a folder's entries are on the disk: names made, changed and removed. */
  void forceFolder(Path folder) throws IOException;

  /** As {@link #force} for all of these, perhaps at once; the first failure is thrown. */
  default void forceAll(List<Path> files) throws IOException {
    for (Path file : files) {
      force(file);
    }
  }

  /** As {@link #forceFolder} for all of these, perhaps at once; the first failure is thrown. */
  default void forceFolders(List<Path> folders) throws IOException {
    for (Path folder : folders) {
      forceFolder(folder);
    }
  }
}
