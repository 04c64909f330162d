package io.tributary.client.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The log of what left the site: one JSON object a line, only ever appended to. It holds times,
 * names, sizes, counts, digests, metrics with their values, and the sentences of declines and
 * failures; never examples or weights.
 */
public final class SentLog {
  private final Path file;
  private final DurableFiles files;
  private boolean looked;

  /**
   * @param force whether each line is forced to the disk before what it tells is sent
   */
  public SentLog(Path file, boolean force) {
    this(file, force ? DurableFiles.forced() : DurableFiles.unforced());
  }

  /**
   * @param files whether and on which disk lines are forced
   */
  public SentLog(Path file, DurableFiles files) {
    this.file = requireNonNull(file, "file");
    this.files = requireNonNull(files, "files");
  }

  public Path file() {
    return file;
  }

  /** A crash may have left half a line, which must not take the next one with it. */
  private boolean whole() {
    if (looked) {
      return true;
    }
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      looked = true;
      return channel.size() == 0
          || channel.read(last, channel.size() - 1) != 1
          || last.get(0) == '\n';
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Appends one line; a line that can't be written stops what it would have told. */
  public void append(JsonObject entry) {
    append(entry, true);
  }

  /**
   * Appends a line that tells of something that came, not of what is about to leave: the next line
   * of the other kind forces it with itself.
   */
  public void note(JsonObject entry) {
    append(entry, false);
  }

  private synchronized void append(JsonObject entry, boolean now) {
    boolean first = !Files.exists(file);
    String start = whole() ? "" : "\n";
    ByteBuffer line = ByteBuffer.wrap((start + entry.canonical() + "\n").getBytes(UTF_8));
    try (var channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      while (line.hasRemaining()) {
        channel.write(line);
      }
      if (now) {
        files.force(file);
      }
      if (first) {
        files.forceFolder(requireNonNull(file.toAbsolutePath().getParent()));
      }
    } catch (IOException e) {
      looked = false;
      throw failure(e);
    }
  }

  private FederationException failure(IOException e) {
    return new FederationException(
        ErrorKind.FULL,
        "log of what left the site: "
            + file
            + " can't be written (expected: a writable file). Free space or mend its rights.",
        e);
  }
}
