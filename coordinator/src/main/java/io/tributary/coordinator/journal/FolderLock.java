package io.tributary.coordinator.journal;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Holds a state folder for one process: a lock on its file {@code lock}, which the operating system
 * releases when the process dies, with the holder's process id inside.
 */
public final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes the lock, making the folder if it is missing; IN_USE when another holds it. */
  public static FolderLock take(Path folder) {
    Path file = folder.resolve("lock");
    create(folder);
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        if (tryLock(channel) == null) {
          throw inUse(folder, holder(channel));
        }
        write(channel);
        return new FolderLock(channel);
      } catch (IOException | RuntimeException failure) {
        channel.close();
        throw failure;
      }
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private static void create(Path folder) {
    try {
      DurableFiles.forced().createFolder(folder);
    } catch (FederationException e) {
      throw unusable(folder, e);
    }
  }

  private static FederationException unusable(Path folder, Exception cause) {
    return new FederationException(
        ErrorKind.INVALID_CONFIG,
        "state folder: "
            + folder
            + " (expected: a folder that can be written). Check its owner and space.",
        cause);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  private static void write(FileChannel channel) throws IOException {
    String pid = ProcessHandle.current().pid() + "\n";
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
  }

  private static String holder(FileChannel channel) {
    try {
      var bytes = ByteBuffer.allocate(32);
      channel.read(bytes, 0);
      return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
    } catch (IOException unreadableWhileHeld) {
      return "unknown";
    }
  }

  private static FederationException inUse(Path folder, String holder) {
    return FederationException.of(
        ErrorKind.IN_USE,
        "state folder",
        folder + ", held by process " + holder,
        "one coordinator a folder",
        "Stop the other one, or choose another folder.");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
