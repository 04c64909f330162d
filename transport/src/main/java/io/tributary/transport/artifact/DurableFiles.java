package io.tributary.transport.artifact;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Writes files so that after a crash or a loss of power each is whole or absent: temporary name,
 * force, rename, force the folder. The unforced form does the same without waiting for the disk.
 * Failures name the file ({@link DiskFailure}) and leave no half-written one behind.
 *
 * <p>A folder's own entry must be durable before anything in it counts. That a folder exists proves
 * nothing: an earlier process, or another thread, may have made it and not forced its entry yet. So
 * each folder's parent is forced once in the life of this object, whoever made the folder.
 */
public final class DurableFiles {
  private final boolean forcing;
  private final Disk disk;
  private final AtomicLong names = new AtomicLong();
  private final Set<Path> durable = ConcurrentHashMap.newKeySet();

  private DurableFiles(boolean forcing, Disk disk) {
    this.forcing = forcing;
    this.disk = requireNonNull(disk, "disk");
  }

  /** Waits for the disk. */
  public static DurableFiles forced() {
    return forced(Disk.system());
  }

  /** Waits for the given disk. */
  public static DurableFiles forced(Disk disk) {
    return new DurableFiles(true, disk);
  }

  /** Leaves it to the operating system; for simulations. */
  public static DurableFiles unforced() {
    return unforced(Disk.system());
  }

  /** Leaves it to the given disk when it keeps what. */
  public static DurableFiles unforced(Disk disk) {
    return new DurableFiles(false, disk);
  }

  /** Whether it waits for the disk. */
  public boolean isForcing() {
    return forcing;
  }

  /** Writes or replaces a small file as one step. */
  public void write(Path file, byte[] bytes) {
    Path temporary = temporary(file);
    createFolder(folder(file));
    try {
      fill(temporary, bytes);
      if (forcing) {
        disk.force(temporary);
      }
      rename(temporary, file);
    } catch (IOException e) {
      discard(temporary, e);
      throw DiskFailure.of(file, e);
    }
  }

  private void fill(Path file, byte[] bytes) throws IOException {
    try (var channel = create(file)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    }
  }

  /** Opens a new file, or an old one emptied, for writing; not durable before it is published. */
  public FileChannel create(Path file) throws IOException {
    return disk.open(
        file,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
  }

  /** Opens a file for reading and writing, made where it is missing. */
  public FileChannel open(Path file) throws IOException {
    return disk.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** Forces a finished file, renames it (replacing) and forces the folder. */
  public void publish(Path temporary, Path file) {
    publish(List.of(new Finished(temporary, file)));
  }

  /** A finished file and the name that it is to get. */
  public record Finished(Path temporary, Path file) {
    public Finished {
      requireNonNull(temporary, "temporary");
      requireNonNull(file, "file");
    }
  }

  /**
   * The same for several files: all bytes first, then all names, in the order given. A file system
   * that has just written its log has little left to do for the next folder, so this takes about as
   * long as two forces, however many files and new folders there are.
   */
  public void publish(List<Finished> all) {
    var folders = new Folders();
    Path last = all.isEmpty() ? Path.of("") : all.get(0).file();
    try {
      for (Finished one : all) {
        last = one.file();
        folders.make(folder(last).toAbsolutePath().normalize());
      }
      if (forcing) {
        disk.forceAll(all.stream().map(Finished::temporary).toList());
      }
      for (Finished one : all) {
        last = one.file();
        disk.move(one.temporary(), last);
        folders.changed(folder(last).toAbsolutePath().normalize());
      }
      folders.force();
    } catch (IOException e) {
      throw DiskFailure.of(last, e);
    }
  }

  /** As this one, but without waiting for the disk. */
  public DurableFiles withoutForcing() {
    return new DurableFiles(false, disk);
  }

  /**
   * Moves a finished folder in as one step; the caller forced what lies in it. The new name must be
   * free.
   */
  public void publishFolder(Path temporary, Path folder) {
    createFolder(folder(folder));
    try {
      rename(temporary, folder);
    } catch (IOException e) {
      throw DiskFailure.of(folder, e);
    }
    forget(temporary);
    durable.add(folder.toAbsolutePath().normalize());
  }

  /** A second name for a stored file, durable once its folder is forced. */
  public void link(Path link, Path existing) throws IOException {
    disk.link(link, existing);
  }

  /** A copy of a file, whole or absent after a crash. */
  public void copy(Path from, Path to) {
    Path temporary = temporary(to);
    try (var source = FileChannel.open(from, StandardOpenOption.READ);
        var target = create(temporary)) {
      for (long done = 0; done < source.size(); ) {
        done += source.transferTo(done, source.size() - done, target);
      }
    } catch (IOException e) {
      discard(temporary, e);
      throw DiskFailure.of(to, e);
    }
    publish(temporary, to);
  }

  /** Waits until a file's bytes are on the disk. */
  public void force(Path file) {
    if (!forcing) {
      return;
    }
    try {
      disk.force(file);
    } catch (IOException e) {
      throw DiskFailure.of(file, e);
    }
  }

  /** The same for a file that is open, without opening it again. */
  public void force(Path file, FileChannel open) {
    if (!forcing) {
      return;
    }
    try {
      disk.force(file, open);
    } catch (IOException e) {
      throw DiskFailure.of(file, e);
    }
  }

  /** Waits until a folder's entries are on the disk. */
  public void forceFolder(Path folder) {
    if (!forcing) {
      return;
    }
    try {
      disk.forceFolder(folder);
    } catch (IOException e) {
      throw DiskFailure.of(folder, e);
    }
  }

  /** Makes a folder with its parents; when it returns their entries are on the disk. */
  public void createFolder(Path folder) {
    try {
      var folders = new Folders();
      folders.make(folder.toAbsolutePath().normalize());
      folders.force();
    } catch (IOException e) {
      throw DiskFailure.of(folder, e);
    }
  }

  /**
   * Makes a folder with its parents. Their entries are forced by the first {@link #publish} into
   * it, or {@link #createFolder}: until then a loss of power may take it away.
   */
  public void makeFolder(Path folder) {
    try {
      new Folders().make(folder.toAbsolutePath().normalize());
    } catch (IOException e) {
      throw DiskFailure.of(folder, e);
    }
  }

  /** Folders that one operation needs, and what of them is not on the disk yet. Absolute paths. */
  private final class Folders {
    private final List<Path> made = new ArrayList<>();

    /** Folders to force; whether each was there before and may forbid it. */
    private final Map<Path, Boolean> open = new LinkedHashMap<>();

    void make(Path folder) throws IOException {
      if (made.contains(folder) || (durable.contains(folder) && Files.isDirectory(folder))) {
        return;
      }
      boolean there = Files.isDirectory(folder);
      Path parent = folder.getParent();
      if (parent != null && (!there || below(parent))) {
        make(parent);
      }
      if (!there) {
        disk.createFolder(folder);
      }
      if (parent != null) {
        open.merge(parent, there, Boolean::logicalAnd);
      }
      made.add(folder);
    }

    /** A name in this folder has changed. */
    void changed(Path folder) {
      open.put(folder, false);
    }

    /** Waits for all of them. */
    void force() throws IOException {
      if (forcing) {
        List<Path> own = new ArrayList<>();
        for (Map.Entry<Path, Boolean> folder : open.entrySet()) {
          if (folder.getValue()) {
            forceForeign(folder.getKey());
          } else {
            own.add(folder.getKey());
          }
        }
        disk.forceFolders(own);
      }
      durable.addAll(made);
    }
  }

  /** Whether the folder is this object's own: below, or itself, one that it made sure of. */
  private boolean below(Path folder) {
    for (Path up = folder; up != null; up = up.getParent()) {
      if (durable.contains(up)) {
        return true;
      }
    }
    return false;
  }

  /** The folder above one that was there before may belong to somebody else. */
  private void forceForeign(Path folder) throws IOException {
    try {
      disk.forceFolder(folder);
    } catch (AccessDeniedException e) {
      // then it is not this process that changed it
    }
  }

  /** Removes a file or an empty folder if it is there. */
  public void delete(Path file) {
    try {
      disk.delete(file);
      durable.remove(file.toAbsolutePath().normalize());
    } catch (IOException e) {
      throw DiskFailure.of(file, e);
    }
  }

  /** Removes a folder with all that lies in it, or a file, if it is there. */
  public void deleteTree(Path root) {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        disk.delete(path);
      }
    } catch (NoSuchFileException e) {
      // removed before
    } catch (IOException e) {
      throw DiskFailure.of(root, e);
    } finally {
      forget(root);
    }
  }

  private void forget(Path root) {
    Path gone = root.toAbsolutePath().normalize();
    durable.removeIf(folder -> folder.startsWith(gone));
  }

  private void rename(Path from, Path to) throws IOException {
    disk.move(from, to);
    if (forcing) {
      disk.forceFolder(folder(to));
    }
  }

  private void discard(Path temporary, IOException failure) {
    try {
      disk.delete(temporary);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Two threads may write one name, such as the same bytes under their digest. */
  private Path temporary(Path file) {
    return folder(file).resolve("." + file.getFileName() + "." + names.incrementAndGet() + ".new");
  }

  private static Path folder(Path file) {
    return requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder");
  }
}
